import rule from "../../rules/no-racy-transition.js";
import { testSuggestions } from "../rules/ruleTester.js";

function start(check: string, write: string, helper = ""): string {
  return `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
${helper}export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  ${check}
  ${write}
  await mailer.send(id);
}
`;
}

const update = `await jobs.update({ id }, { status: "running" });`;
const counted = (filter: string, then: string) =>
  `const { affected } = await jobs.update({ id, ${filter} }, { status: "running" });\n  ${then}`;

function claim(name: string, check: string, filter: string, then: string, helper = "") {
  return {
    name,
    code: start(check, update, helper),
    suggestions: [{ messageId: "claim", output: start(check, counted(filter, then), helper) }],
  };
}

const none = (name: string, check: string, helper = "") => ({ name, code: start(check, update, helper), suggestions: [] });

testSuggestions("claim behind a helper that throws (TypeORM)", rule, [
  claim(
    "its condition in the filter, its exception in the caller's words",
    "assertPending(job);",
    `status: "pending"`,
    `if (affected !== 1) throw new Error(\`\${job.id} is not pending\`);`,
    `function assertPending(row: Job): void {
  if (row.status !== "pending") throw new Error(\`\${row.id} is not pending\`);
}
`,
  ),
  claim(
    "given a column",
    `throwIfBusy(job.status, "x");`,
    `status: "pending"`,
    `if (affected !== 1) throw new Error("x");`,
    `function throwIfBusy(status: string, code: string): void { if (status !== "pending") throw new Error(code); }\n`,
  ),
  claim(
    "given an object with a column",
    "throwIfBusy({ current: job.status });",
    `status: "pending"`,
    `if (affected !== 1) throw new TypeError("busy");`,
    `const throwIfBusy = ({ current }: { current: string }): void => {
  if (current !== "pending") {
    throw new TypeError("busy");
  }
};
`,
  ),
  claim(
    "it does more than to test: the value read",
    "assertPending(job);",
    "status: job.status",
    `if (affected !== 1) throw new Error("no");`,
    `function assertPending(job: Job): void {
  console.log("asked", job.id);
  if (job.status !== "pending") throw new Error("no");
}
`,
  ),
  none(
    "its exception names what only the helper knows",
    "assertPending(job);",
    `function assertPending(job: Job): void {
  const reason = "no";
  if (job.status !== "pending") throw new Error(reason);
}
`,
  ),
]);

const invariant = `function invariant(c: unknown, m: string): asserts c { if (!c) throw new Error(m); }\n`;

testSuggestions("claim behind an assertion (TypeORM)", rule, [
  claim(
    "the same assertion of the count",
    `invariant(job.status === "pending", "busy");`,
    `status: "pending"`,
    `invariant(affected === 1, "busy");`,
    invariant,
  ),
  claim(
    "of Node.js",
    `assert(job.status === "pending");`,
    `status: "pending"`,
    "assert(affected === 1);",
    `import assert from "node:assert";\n`,
  ),
]);

const leaving = `switch (job.status) {
    case "running":
    case "done":
      throw new Error("busy");
    default:
  }`;

const within = (write: string, end: string) => `switch (job.status) {
    case "pending":
      ${write}
      await mailer.send("started");
      break;
    ${end}
  }`;

testSuggestions("claim behind a switch (TypeORM)", rule, [
  {
    name: "what the leaving clauses name is refused",
    code: start(leaving, update),
    suggestions: [
      {
        messageId: "claim",
        output: `import { In, Not } from "typeorm";\n${start(
          leaving,
          counted(`status: Not(In(["running", "done"]))`, `if (affected !== 1) throw new Error("busy");`),
        )}`,
      },
    ],
  },
  {
    name: "in a clause, the others go on behind the switch",
    code: start(within(update, `case "done":\n      console.log("late");`), ""),
    suggestions: [
      {
        messageId: "claim",
        output: start(
          within(
            `const { affected } = await jobs.update({ id, status: "pending" }, { status: "running" });\n      if (affected !== 1) break;`,
            `case "done":\n      console.log("late");`,
          ),
          "",
        ),
      },
    ],
  },
  {
    name: "in a clause, the default leaves",
    code: start(within(update, `default:\n      return;`), ""),
    suggestions: [
      {
        messageId: "claim",
        output: start(
          within(
            `const { affected } = await jobs.update({ id, status: "pending" }, { status: "running" });\n      if (affected !== 1) return;`,
            `default:\n      return;`,
          ),
          "",
        ),
      },
    ],
  },
  {
    name: "in a clause, the default does something else",
    code: start(within(update, `default:\n      console.log(id);`), ""),
    suggestions: [],
  },
]);

const mayStart = `function mayStart(job: Job): { allowed: boolean; reason?: string } {
  return job.status === "pending" ? { allowed: true } : { allowed: false, reason: "busy" };
}
`;

testSuggestions("claim behind what was made of the row (TypeORM)", rule, [
  claim(
    "a helper's result",
    "const { allowed, reason } = mayStart(job);\n  if (!allowed) throw new Error(reason);",
    "status: job.status",
    "if (affected !== 1) throw new Error(reason);",
    mayStart,
  ),
  none("who passes has another result", "const result = mayStart(job);\n  if (!result.allowed) throw new Error(result.reason);", mayStart),
]);
