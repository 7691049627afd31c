import rule from "../../rules/no-racy-transition.js";
import { testSuggestions } from "../rules/ruleTester.js";

function start(read: string, helper: string): string {
  return `import type { DataSource, EntityManager } from "typeorm";
import { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export type Manager = EntityManager;
export async function start(source: DataSource, id: string): Promise<void> {
  await source.transaction(async (manager) => {
    const job = await manager.${read};
    ${helper}
    await manager.update(Job, { id }, { status: "running" });
    await mailer.send(id);
  });
}
`;
}

/** A condition that no claim is made of. */
const check = `let pending = false;
    if (job.status === "pending") pending = true;
    if (!pending) throw new Error("not pending");`;

testSuggestions("lock (TypeORM)", rule, [
  {
    name: "options get a lock",
    code: start("findOneOrFail(Job, { where: { id } })", check),
    suggestions: [
      { messageId: "lock", output: start(`findOneOrFail(Job, { where: { id }, lock: { mode: "pessimistic_write" } })`, check) },
    ],
  },
  {
    name: "a filter becomes the options' where",
    code: start("findOneByOrFail(Job, { id /* key */ })", check),
    suggestions: [
      {
        messageId: "lock",
        output: start(`findOneOrFail(Job, { where: { id /* key */ }, lock: { mode: "pessimistic_write" } })`, check),
      },
    ],
  },
  {
    name: "a read that joins cannot be locked",
    code: start("findOneOrFail(Job, { where: { id }, relations: {} })", check),
    suggestions: [],
  },
]);
