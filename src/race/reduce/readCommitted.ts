import { statementsOf, type Token } from "../sql/tokens.js";
import type { Schedule } from "../types.js";

/** The one error that says why a reduction would not be sound, and what to do. */
export class ReductionRefused extends TypeError {
  constructor(because: string) {
    super(
      `\`reduce: true\` is sound only where every transaction is READ COMMITTED and workers share nothing but the database, but ${because}. Leave \`reduce\` out.`,
    );
  }
}

const settings = new Set(["isolation", "transaction_isolation", "default_transaction_isolation", "characteristics"]);

function raisesIsolation(statement: readonly Token[]): boolean {
  const texts = statement.map(({ text }) => text.toLowerCase());
  const sets =
    texts.some((text) => settings.has(text)) || (texts.includes("set_config") && texts.some((text) => text.includes("isolation")));
  return sets && texts.some((text) => /serializable|repeatable/.test(text));
}

/** Throws if a statement of the schedule asks for another isolation level, of its transaction or of its session. */
export function assertReadCommitted({ steps }: Schedule): void {
  for (const { worker, sql = "" } of steps) {
    if (statementsOf(sql).some(raisesIsolation)) throw new ReductionRefused(`worker ${worker} sent \`${sql}\``);
  }
}

/** `isolation` is the server's word for what the transactions of a database or session get. */
export function assertLevel(isolation: string, whose: string): void {
  if (isolation !== "read committed" && isolation !== "read uncommitted") {
    throw new ReductionRefused(`transactions of ${whose} are ${isolation.toUpperCase()} by default`);
  }
}
