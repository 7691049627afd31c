/**
 * Drizzle: `and` leaves out what is `undefined` (https://orm.drizzle.team/docs/operators#and), and `returning` gives the rows that were changed
 * (https://orm.drizzle.team/docs/update#returning).
 */
import { AST_NODE_TYPES } from "@typescript-eslint/utils";
import { chainOf, isPlainChain, methodOf } from "../../chain.js";
import { tableOf } from "../../chainWrite.js";
import { insert, type Edit } from "../../edit.js";
import type { ConditionalWrite, WriteRequest } from "../conditionalWrite.js";
import type { ExpectedColumn } from "../expectation.js";
import { importEdits } from "../importEdits.js";
import { withhold } from "../withheld.js";

const packageName = "drizzle-orm";

export function conditionalWrite(request: WriteRequest): ConditionalWrite {
  const { call, file, columns, key } = request;
  const chain = chainOf(call, file);
  const table = tableOf(chain, file) ?? withhold("the table of the write has no name");
  const [filter, ...more] = chain.find((c) => methodOf(c) === "where")?.arguments ?? [];
  const [only] = key;
  if (!isPlainChain(chain) || filter === undefined || more.length > 0) return withhold("the write has no 'where' of one condition");
  const words = wordsOf(request);
  const conditions = columns.map((c) => `, ${request.parameter} && ${words.condition(c, table)}`).join("");
  const inner = filter.type === AST_NODE_TYPES.CallExpression && file.textOf(filter.callee) === "and" ? filter.arguments.at(-1) : undefined;
  const and = inner === undefined ? words.name("and") : "and";
  const isReturning = chain.some((c) => methodOf(c) === "returning");
  const end = chain.at(-1)?.range[1] ?? call.range[1];
  const returned = only === undefined ? withhold("the table's key is not known") : `.returning({ ${only}: ${table}.${only} })`;
  const edits: readonly Edit[] = [
    ...(inner === undefined ? [insert(file.path, filter.range[0], `${and}(`)] : []),
    insert(file.path, (inner ?? filter).range[1], inner === undefined ? `${conditions})` : conditions),
    ...(isReturning ? [] : [insert(file.path, end, returned)]),
  ];
  return { edits: [...words.edits, ...edits], count: "length", replacesResult: !isReturning };
}

interface Words {
  /** The package's export as the file names it. */
  readonly name: (exported: string) => string;
  readonly condition: (column: ExpectedColumn, table: string) => string;
  /** Imports of what was named. */
  readonly edits: readonly Edit[];
}

function wordsOf({ file, parameter }: WriteRequest): Words {
  const imported = new Map<string, string>();
  const edits: Edit[] = [];
  const name = (exported: string): string => {
    const known = imported.get(exported);
    if (known !== undefined) return known;
    const found = importEdits(file, packageName, exported);
    imported.set(exported, found.name);
    edits.push(...found.edits);
    return found.name;
  };
  const condition = (column: ExpectedColumn, table: string): string => {
    const own = `${table}.${column.name}`;
    if (column.onlyNull) return `${name("isNull")}(${own})`;
    const value = `${parameter}.${column.name}`;
    const equal = `${name("eq")}(${own}, ${value})`;
    return column.nullable ? `(${value} === null ? ${name("isNull")}(${own}) : ${equal})` : equal;
  };
  return { name, condition, edits };
}
