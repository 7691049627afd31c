import rule from "../../rules/no-racy-transition.js";
import { raceData, remedies } from "./raceData.js";
import { testRule } from "./ruleTester.js";

/** A repository that makes its write conditional only for callers who say what they expect. */
const typeorm = (call: string): string => `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
class JobStore {
  constructor(private readonly jobs: Repository<Job>) {}
  async mark(id: string, expected?: Pick<Job, "status">): Promise<boolean> {
    const { affected } = await this.jobs.update({ id, ...(expected && { status: expected.status }) }, { status: "running" });
    return affected === 1;
  }
  get(id: string): Promise<Job | null> { return this.jobs.findOneBy({ id }); }
}
export async function start(store: JobStore, id: string): Promise<void> {
  const job = await store.get(id);
  if (job?.status !== "pending") return;
  ${call}
  await mailer.send(id);
}
`;

testRule("no-racy-transition (a condition that the caller may ask for)", rule, {
  invalid: [
    {
      name: "the caller does not ask for it",
      code: typeorm("if (!(await store.mark(job.id))) return;"),
      errors: [
        {
          messageId: "effect",
          data: raceData(
            { read: "file.ts:10", check: "file.ts:14", write: "file.ts:7", remedy: remedies.plain("update") },
            { effect: "mailer.send", effectAt: "file.ts:16" },
          ),
          line: 15,
          column: 21,
          endLine: 15,
          endColumn: 25,
        },
      ],
    },
  ],
  valid: [
    { name: "the caller passes the row that it checked", code: typeorm("if (!(await store.mark(job.id, job))) return;") },
    { name: "the caller passes what it checked", code: typeorm('if (!(await store.mark(job.id, { status: "pending" }))) return;') },
  ],
});
