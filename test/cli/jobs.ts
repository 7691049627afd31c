/** The job processor of the fixtures, as a project's files. */
import { readFileSync } from "node:fs";
import path from "node:path";

const fixture = "fixtures/typeorm/job-processor";

export const jobs: Readonly<Record<string, string>> = Object.fromEntries(
  ["job-status.helper.ts", "job.entity.ts", "report-renderer.ts", "racy/job.repository.ts", "racy/job.service.ts"].map((file) => [
    file,
    readFileSync(path.join(fixture, file), "utf8"),
  ]),
);
