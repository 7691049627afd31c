import rule from "../../rules/no-racy-transition.js";
import { testSuggestions } from "../rules/ruleTester.js";

const imports = `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
`;

function start(check: string, write: string, head = imports): string {
  return `${head}export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  ${check}
  ${write}
  await mailer.send(id);
}
`;
}

const update = (more = "") => `await jobs.update({ id${more} }, { status: "running" });`;
const counted = (more: string, exit: string) => `const { affected } = ${update(more)}
  if (affected !== 1) ${exit}`;

function claim(name: string, check: string, filter: string, exit: string, head = imports) {
  return {
    name,
    code: start(check, update()),
    suggestions: [{ messageId: "claim", output: start(check, counted(`, ${filter}`, exit), head) }],
  };
}

function none(name: string, check: string, write = update()) {
  return { name, code: start(check, write), suggestions: [] };
}

const importing = (names: string) => `import { ${names} } from "typeorm";\n${imports}`;

testSuggestions("claim with update (TypeORM): what the check lets through", rule, [
  claim("equality", `if (job.status !== "pending") return;`, `status: "pending"`, "return;"),
  claim(
    "inequality of a column that is never null",
    `if (job.status === "running") return;`,
    `status: Not("running")`,
    "return;",
    importing("Not"),
  ),
  claim(
    "two checks of one column are one condition",
    `if (job.status === "running") return;
  if (job.status === "done") throw new Error("done");`,
    `status: Not(In(["done", "running"]))`,
    `throw new Error("done");`,
    importing("In, Not"),
  ),
  claim(
    "several values",
    `if (job.status !== "pending" && job.status !== "cancelled") return;`,
    `status: In(["pending", "cancelled"])`,
    "return;",
    importing("In"),
  ),
  claim(
    "a list",
    `if (!["pending", "cancelled"].includes(job.status)) return;`,
    `status: In(["pending", "cancelled"])`,
    "return;",
    importing("In"),
  ),
  claim(
    "a condition on something else stays where it is",
    `if (job.status !== "pending" || id === "x") return;`,
    `status: "pending"`,
    "return;",
  ),
  claim(
    "a check that is kept in a constant",
    `const open = job.status === "pending";\n  if (!open) return;`,
    `status: "pending"`,
    "return;",
  ),
  claim("a method of the row cannot be said in a filter", `if (!job.canStart()) return;`, `status: job.status`, "return;"),
  claim(
    "a check that is kept in a constant",
    `const pending = job.status === "pending";\n  if (!pending) return;`,
    `status: "pending"`,
    "return;",
  ),
  none("a variable that is set later", `let ok = false;\n  if (job.status === "pending") ok = true;\n  if (!ok) return;`),
]);

testSuggestions("claim with update (TypeORM): where it is offered", rule, [
  {
    name: "the exit is copied with its lines, comments stay",
    code: start(
      `if (job.status !== "pending") {
    console.log("lost");
    return; // somebody else has it
  }`,
      `// take it
  await jobs.update({ id /* key */ }, { status: "running" }); // now it is ours`,
    ),
    suggestions: [
      {
        messageId: "claim",
        output: start(
          `if (job.status !== "pending") {
    console.log("lost");
    return; // somebody else has it
  }`,
          `// take it
  const { affected } = await jobs.update({ id, status: "pending" /* key */ }, { status: "running" }); // now it is ours
  if (affected !== 1) {
    console.log("lost");
    return; // somebody else has it
  }`,
        ),
      },
    ],
  },
  none("an effect between check and write", `if (job.status !== "pending") return;\n  await mailer.send(job.id);`),
  none(
    "the exit would be caught by another try",
    `if (job.status !== "pending") throw new Error("not pending");`,
    `try {\n    ${update()}\n  } catch {\n    return;\n  }`,
  ),
  {
    name: "what is caught is thrown again",
    code: start(
      `if (job.status !== "pending") throw new Error("not pending");`,
      `try {\n    ${update()}\n  } catch (error) {\n    console.error(error);\n    throw error;\n  }`,
    ),
    suggestions: [
      {
        messageId: "claim",
        output: start(
          `if (job.status !== "pending") throw new Error("not pending");`,
          `try {
    const { affected } = await jobs.update({ id, status: "pending" }, { status: "running" });
    if (affected !== 1) throw new Error("not pending");
  } catch (error) {
    console.error(error);
    throw error;
  }`,
        ),
      },
    ],
  },
  none(
    "the exit names a variable that means another one there",
    `const reason = "a";\n  if (job.status !== "pending") throw new Error(reason);`,
    `{\n    const reason = "b";\n    console.log(reason);\n    ${update()}\n  }`,
  ),
  none("a loop would claim the row again", `if (job.status !== "pending") return;`, `for (const _ of [1, 2]) {\n    ${update()}\n  }`),
  {
    name: "a block that is skipped",
    code: `${imports}export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status === "pending") {
    await jobs.update(id, { status: "running" });

    // tell them
    await mailer.send(id);
  }
}
`,
    suggestions: [
      {
        messageId: "claim",
        output: `${imports}export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status === "pending") {
    const { affected } = await jobs.update({ id, status: "pending" }, { status: "running" });
    if (affected === 1) {

      // tell them
      await mailer.send(id);
    }
  }
}
`,
      },
    ],
  },
]);

testSuggestions("claim with save (TypeORM)", rule, [
  {
    name: "what was assigned is SET",
    code: start(`if (job.status !== "pending") return;`, `job.status = "running";\n  job.worker = id;\n  await jobs.save(job);`),
    suggestions: [
      {
        messageId: "claim",
        output: start(
          `if (job.status !== "pending") return;`,
          `job.status = "running";
  job.worker = id;
  const { affected } = await jobs.update({ id: job.id, status: "pending" }, { status: job.status, worker: job.worker });
  if (affected !== 1) return;`,
        ),
      },
    ],
  },
  {
    name: "a value that was checked by a method is kept before it changes",
    code: start(`if (!job.canStart()) return;`, `job.status = "running";\n  await jobs.save(job);`),
    suggestions: [
      {
        messageId: "claim",
        output: start(
          `if (!job.canStart()) return;`,
          `const checkedStatus = job.status;
  job.status = "running";
  const { affected } = await jobs.update({ id: job.id, status: checkedStatus }, { status: job.status });
  if (affected !== 1) return;`,
        ),
      },
    ],
  },
  none(
    "something else may have been assigned",
    `if (job.status !== "pending") return;`,
    `job.status = "running";\n  Object.assign(job, { worker: id });\n  await jobs.save(job);`,
  ),
  none(
    "assigned under a condition",
    `if (job.status !== "pending") return;`,
    `job.status = "running";\n  if (id === "x") job.worker = id;\n  await jobs.save(job);`,
  ),
]);
