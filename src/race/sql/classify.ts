import { statementsOf, type Token } from "./tokens.js";

/**
 * - `nothing`: an empty text. `begin`: opens a transaction or savepoint, or says how. `setting`: of the session.
 * - `commit`, `rollback`: end a transaction. `undo`: rolls back to a savepoint, which gives locks back.
 * - `query`: a SELECT, VALUES or TABLE that contains no data-modifying key word. `write`: anything else that can run on its own.
 * - `inside`: makes sense, or has an effect, only in a transaction block, where it changes what follows: a bracket would let succeed
 *   what fails without one (LOCK TABLE, DECLARE).
 * - `mixed`: several statements, some of which begin or end a transaction.
 */
export type StatementKind = "nothing" | "begin" | "setting" | "commit" | "rollback" | "undo" | "query" | "write" | "inside" | "mixed";

export interface Classified {
  readonly kind: StatementKind;
  /**
   * It takes no snapshot, changes nothing that others see and waits for nobody, so it is no scheduling point: the snapshot of a
   * transaction is taken by its first query (https://www.postgresql.org/docs/current/sql-set-transaction.html).
   */
  readonly passes: boolean;
  /** The functions that a `query` calls, and all names in it, of which some may be views. */
  readonly calls: readonly string[];
  readonly names: readonly string[];
}

const firstWords: Readonly<Record<string, StatementKind>> = {
  begin: "begin",
  start: "begin",
  savepoint: "begin",
  release: "begin",
  commit: "commit",
  end: "commit",
  rollback: "rollback",
  abort: "rollback",
  set: "setting",
  reset: "setting",
  show: "setting",
  listen: "setting",
  unlisten: "setting",
  deallocate: "setting",
  select: "query",
  with: "query",
  values: "query",
  table: "query",
  lock: "inside",
  declare: "inside",
  fetch: "inside",
  move: "inside",
  close: "inside",
  prepare: "inside",
};

/** In a statement that starts as a query: `INTO` makes a table, `FOR UPDATE` and its kin lock rows, a WITH may modify data. */
const modifying = new Set(["insert", "update", "delete", "merge", "into", "share"]);

/** What may stand before a parenthesis without being a function. */
const notFunctions = new Set(
  (
    "all and any array as between bit by case cast char character coalesce collate cross cube decimal distinct else end except exists extract " +
    "fetch filter float for from full group grouping having ilike in inner int integer intersect interval is isnull join lateral left like limit " +
    "materialized natural normalize not notnull nullif numeric offset on or order outer over overlay partition position range right rollup row " +
    "rows select sets similar some substring table then time timestamp trim union using values varchar varying when where window with within greatest least"
  ).split(" "),
);

function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === "word" && token.text === text;
}

function kindOf(statement: readonly Token[]): StatementKind {
  const first = statement.find((token) => token.text !== "(");
  if (first?.kind !== "word") return "write";
  if (isWord(first, "rollback") && statement.some((token) => isWord(token, "to"))) return "undo";
  // Two-phase commit, and checks of deferred constraints, which lock.
  if (isWord(first, "prepare") && isWord(statement[1], "transaction")) return "write";
  if (isWord(first, "set") && isWord(statement[1], "constraints")) return "inside";
  const kind = firstWords[first.text] ?? "write";
  if (kind === "query" && statement.some((token) => token.kind === "word" && modifying.has(token.text))) return "write";
  return kind;
}

function callsOf(statement: readonly Token[]): string[] {
  return statement.flatMap((token, index) => {
    const calls = statement[index + 1]?.text === "(" && (token.kind === "name" || (token.kind === "word" && !notFunctions.has(token.text)));
    return calls ? [token.text] : [];
  });
}

function namesOf(statement: readonly Token[]): string[] {
  return [...new Set(statement.filter(({ kind }) => kind === "word" || kind === "name").map(({ text }) => text))];
}

const endings: ReadonlySet<StatementKind> = new Set(["begin", "commit", "rollback", "undo"]);

function merge(kinds: readonly StatementKind[]): StatementKind {
  const [first] = kinds;
  if (first === undefined) return "nothing";
  if (kinds.length === 1) return first;
  const passing = kinds.filter((kind) => kind === "begin" || kind === "setting");
  if (passing.length === kinds.length) return passing.includes("begin") ? "begin" : "setting";
  if (kinds.some((kind) => endings.has(kind))) return "mixed";
  return kinds.every((kind) => kind === "query" || kind === "setting") ? "query" : "write";
}

function classifyAnew(sql: string): Classified {
  const statements = statementsOf(sql);
  const kind = merge(statements.map(kindOf));
  const passes = kind === "nothing" || kind === "begin" || kind === "setting";
  const isQuery = kind === "query";
  return { kind, passes, calls: isQuery ? statements.flatMap(callsOf) : [], names: isQuery ? statements.flatMap(namesOf) : [] };
}

const remembered = new Map<string, Classified>();
const mostRemembered = 2000;

/** What a text that is sent to the server can do, told from its key words alone. In doubt it can write. */
export function classify(sql: string): Classified {
  const known = remembered.get(sql);
  if (known !== undefined) return known;
  const classified = classifyAnew(sql);
  // Layers that write values into their SQL make a new text a call.
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(sql, classified);
  return classified;
}
