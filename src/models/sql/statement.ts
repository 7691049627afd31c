/** What a text that is sent to the database means. */
import type { Node, TransactionStmt, VariableSetStmt } from "libpg-query";
import type { Handle, Value } from "../../ir/value.js";
import { isolationNamed } from "../access.js";
import type { AccessSpec, CallContext, Isolation } from "../model.js";
import { readDelete, readInsert, readUpdate } from "./changes.js";
import { effectsOf } from "./functions.js";
import { tableOf, type Reading } from "./scope.js";
import { readSelect } from "./select.js";
import { Sender, type Outcome } from "./sender.js";
import type { SqlText } from "./text.js";
import { as } from "./tree.js";

export type SqlMeaning =
  | ({ readonly kind: "access"; readonly command: Command; readonly accesses: readonly AccessSpec[] } & Outcome)
  | { readonly kind: "begin"; readonly isolation: Isolation | undefined }
  | { readonly kind: "commit" | "rollback" }
  /** A lock that lasts until it is given back, or its session ends, whatever the transaction. */
  | { readonly kind: "session lock" }
  /** Certainly neither reads rows that matter nor writes or locks any. */
  | ({ readonly kind: "nothing" } & Outcome);

export type Command = "select" | "insert" | "update" | "delete";

export interface Statement {
  readonly handle: Handle;
  readonly method: string;
  readonly context: CallContext;
  /** The value that the driver is given for `$n`. */
  readonly parameter: (number: number) => Value;
}

/** `undefined`: it is not known what the text does. */
export function meaningOf(text: SqlText, statement: Statement): SqlMeaning | undefined {
  const { context } = statement;
  const reading: Reading = {
    context,
    parameter: (n) => text.holes.get(n) ?? statement.parameter(n),
    queries: new Map(),
    changes: new Set(),
  };
  const send = new Sender(statement.handle, statement.method, context);
  const [only, ...more] = text.statements;
  if (only === undefined) return undefined;
  return more.length === 0 ? readStatement(only, reading, send) : readSeveral(text.statements, reading, send);
}

/** Several statements are sent as one transaction, which may be said with BEGIN and COMMIT. */
function readSeveral(statements: readonly Node[], reading: Reading, send: Sender): SqlMeaning | undefined {
  const meanings = statements.map((s) => readStatement(s, reading, send));
  const isWhole = meanings.filter((m) => m?.kind === "begin").length === meanings.filter((m) => m?.kind === "commit").length;
  if (!isWhole || meanings.some((m) => m === undefined || m.kind === "session lock" || m.kind === "rollback")) return undefined;
  const { accesses } = send;
  return accesses.length === 0 ? { kind: "nothing", ...send.unread() } : { kind: "access", command: "select", accesses, ...send.unread() };
}

function readStatement(node: Node, reading: Reading, send: Sender): SqlMeaning | undefined {
  const transaction = as(node, "TransactionStmt");
  if (transaction !== undefined) return boundary(transaction, send);
  const setting = as(node, "VariableSetStmt");
  if (setting !== undefined) return settingOf(setting, send);
  const command = commandOf(node);
  if (command !== undefined) return readCommand(command, node, reading, send);
  if (as(node, "NotifyStmt") ?? as(node, "ListenStmt") ?? as(node, "UnlistenStmt") ?? as(node, "VariableShowStmt"))
    return { kind: "nothing", ...send.unread() };
  return tableLock(node, reading, send);
}

function commandOf(node: Node): Command | undefined {
  if (as(node, "SelectStmt") !== undefined) return "select";
  if (as(node, "InsertStmt") !== undefined) return "insert";
  if (as(node, "UpdateStmt") !== undefined) return "update";
  return as(node, "DeleteStmt") === undefined ? undefined : "delete";
}

function readCommand(command: Command, node: Node, reading: Reading, send: Sender): SqlMeaning | undefined {
  const effects = effectsOf(node);
  if (effects.unknown || as(node, "SelectStmt")?.intoClause !== undefined) return undefined;
  if (!readCommonTables(node, reading, send)) return undefined;
  const outcome = readChangeOrSelect(node, reading, send);
  if (effects.locks.has("session")) return send.accesses.length === 0 ? { kind: "session lock" } : undefined;
  // A lock in the statement that also reads is taken when the statement's snapshot is there already (facts 1), so it comes last.
  if (effects.locks.size > 0) send.access(undefined, { operation: "lock", cardinality: "none" });
  const { accesses } = send;
  return accesses.length === 0 ? { kind: "nothing", ...outcome } : { kind: "access", command, accesses, ...outcome };
}

function readChangeOrSelect(node: Node, reading: Reading, send: Sender): Outcome {
  const select = as(node, "SelectStmt");
  if (select !== undefined) return readSelect(select, reading, send);
  const update = as(node, "UpdateStmt");
  if (update !== undefined) return readUpdate(update, reading, send);
  const insert = as(node, "InsertStmt");
  if (insert !== undefined) return readInsert(insert, reading, send);
  const remove = as(node, "DeleteStmt");
  return remove === undefined ? send.unread() : readDelete(remove, reading, send);
}

/** Data-changing queries of `WITH` run whether or not they are used. */
function readCommonTables(node: Node, reading: Reading, send: Sender): boolean {
  const { withClause } = as(node, "SelectStmt") ?? as(node, "UpdateStmt") ?? as(node, "InsertStmt") ?? as(node, "DeleteStmt") ?? {};
  for (const cte of withClause?.ctes ?? []) {
    const { ctename = "", ctequery } = as(cte, "CommonTableExpr") ?? {};
    if (ctequery === undefined || as(ctequery, "SelectStmt") !== undefined) continue;
    if (commandOf(ctequery) === undefined) return false;
    send.changed.set(ctename, readChangeOrSelect(ctequery, reading, send));
  }
  return true;
}

function boundary({ kind, options }: TransactionStmt, send: Sender): SqlMeaning | undefined {
  switch (kind) {
    case "TRANS_STMT_BEGIN":
    case "TRANS_STMT_START":
      return { kind: "begin", isolation: isolationIn(options) };
    case "TRANS_STMT_COMMIT":
      return { kind: "commit" };
    case "TRANS_STMT_ROLLBACK":
      return { kind: "rollback" };
    case "TRANS_STMT_SAVEPOINT":
    case "TRANS_STMT_RELEASE":
    case "TRANS_STMT_ROLLBACK_TO":
      return { kind: "nothing", ...send.unread() };
    default:
      return undefined;
  }
}

function isolationIn(options: readonly Node[] | undefined): Isolation | undefined {
  const option = options?.map((o) => as(o, "DefElem")).find((o) => o?.defname === "transaction_isolation");
  return isolationNamed(as(option?.arg, "A_Const")?.sval?.sval);
}

/** Settings that change how much of other transactions a statement sees; all others leave that as it is. */
function settingOf({ kind, name = "", args }: VariableSetStmt, send: Sender): SqlMeaning | undefined {
  if (kind === "VAR_SET_MULTI" && name === "TRANSACTION") return { kind: "begin", isolation: isolationIn(args) };
  const isIsolation = name.endsWith("transaction_isolation") || name.startsWith("SESSION");
  return isIsolation ? undefined : { kind: "nothing", ...send.unread() };
}

/** `LOCK TABLE`, `TRUNCATE`. */
function tableLock(node: Node, reading: Reading, send: Sender): SqlMeaning | undefined {
  const lock = as(node, "LockStmt");
  const truncate = as(node, "TruncateStmt");
  const tables = (lock ?? truncate)?.relations?.flatMap((r) => as(r, "RangeVar") ?? []);
  if (tables === undefined || tables.length === 0) return undefined;
  for (const table of tables) {
    send.access(tableOf(table, reading), { operation: lock === undefined ? "delete" : "lock", cardinality: "none" });
  }
  return { kind: "access", command: lock === undefined ? "delete" : "select", accesses: send.accesses, ...send.unread() };
}
