/** The job processor of the fixtures, as a project's files. */
import { readFileSync } from "node:fs";
import path from "node:path";

export const jobs = jobProcessor("typeorm", "job.entity.ts");
export const pgJobs = jobProcessor("pg", "job.ts");

function jobProcessor(layer: string, row: string): Readonly<Record<string, string>> {
  const files = ["job-status.helper.ts", row, "report-renderer.ts", "racy/job.repository.ts", "racy/job.service.ts"];
  return Object.fromEntries(files.map((file) => [file, readFileSync(path.join("fixtures", layer, "job-processor", file), "utf8")]));
}
