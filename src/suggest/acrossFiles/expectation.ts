/** What was checked, as an argument of the reported call and as the type of the parameter that receives it. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { CheckedColumn } from "../../analysis/issue.js";
import type { SyntaxFile } from "../syntaxFile.js";
import { variablesIn, type Guard } from "./guard.js";
import type { Surroundings } from "./surroundings.js";
import { withhold } from "./withheld.js";

export interface Expectation {
  /** The argument, in terms of the function of the reported call. */
  readonly argument: string;
  readonly columns: readonly ExpectedColumn[];
}

export interface ExpectedColumn {
  readonly name: string;
  /** Nothing but `null` passes the check, so that `null` is what is expected, whatever its type. */
  readonly onlyNull: boolean;
  readonly nullable: boolean;
  /** The column's type without names; `undefined`: it needs some. */
  readonly type: string | undefined;
}

interface At {
  /** Of the reported call. */
  readonly file: SyntaxFile;
  readonly entity: string;
  readonly surroundings: Surroundings;
}

/** @throws {Withheld} if the values do not come back from the database as they went, or if no expression has them. */
export function expectationOf(columns: readonly CheckedColumn[], guard: Guard, at: At): Expectation {
  for (const column of columns) requireRoundTrip(column);
  const compared = columns.filter(({ onlyNull }) => !onlyNull);
  const source = compared.length === 0 ? undefined : sourceOf(compared, guard, at);
  const nulls = columns.filter(({ onlyNull }) => onlyNull).map(({ name }) => `${name}: null`);
  return {
    argument:
      source === undefined
        ? `{ ${nulls.join(", ")} }`
        : nulls.length === 0
          ? source.whole
          : `{ ${[...source.fields, ...nulls].join(", ")} }`,
    columns: columns.map(({ name, nullable, onlyNull }) => ({ name, onlyNull, nullable, type: source?.types.get(name) })),
  };
}

/** Equality with the value read must hold in the database for the row that was read. */
function requireRoundTrip({ name, type, onlyNull }: CheckedColumn): void {
  if (onlyNull) return;
  switch (type) {
    case "date":
      return withhold(
        `'${name}' is a point in time, which the database may keep finer than a Date: equality with the value read need not hold`,
      );
    case "json":
    case "list":
      return withhold(`'${name}' is compared as a whole, which does not say whether it was changed`);
    default:
      return;
  }
}

interface Source {
  /** An expression that has all columns. */
  readonly whole: string;
  /** `status: job.status`, one for each column. */
  readonly fields: readonly string[];
  readonly types: ReadonlyMap<string, string | undefined>;
}

/** The expression of the guard that has all the columns: the row, or what stands for it. */
function sourceOf(columns: readonly CheckedColumn[], guard: Guard, { file, entity, surroundings: { types } }: At): Source {
  const roots = [guard.test, ...variablesIn(file, guard.test).flatMap((v) => (v.init === null ? [] : [v.init]))];
  const paths = roots.flatMap((root) => [...file.inside(root)].filter(isPath));
  const having = paths.filter((path) => columns.every(({ name }) => types.property(file.path, path.range, name) !== undefined));
  const rows = having.filter((path) => types.typeName(file.path, path.range) === entity);
  const [only, ...others] = byText(rows.length > 0 ? rows : having, file);
  const names = `'${columns.map(({ name }) => name).join("', '")}'`;
  if (others.length > 0) return withhold(`several expressions of the check have ${names}`);
  if (only === undefined) return destructured(columns, roots, file) ?? withhold(`no expression of the check has ${names}`);
  const whole = file.textOf(only);
  return {
    whole,
    fields: columns.map(({ name }) => `${name}: ${whole}.${name}`),
    types: new Map(columns.map(({ name }) => [name, types.property(file.path, only.range, name)?.text])),
  };
}

function byText<N extends TSESTree.Node>(nodes: readonly N[], file: SyntaxFile): readonly N[] {
  return [...new Map(nodes.map((node) => [file.textOf(node), node])).values()];
}

/** `job`, `this.job`, `context.job`: evaluating it again gives the same. */
function isPath(node: TSESTree.Node): node is TSESTree.Identifier | TSESTree.MemberExpression {
  if (node.type === AST_NODE_TYPES.Identifier) return true;
  if (node.type !== AST_NODE_TYPES.MemberExpression || node.computed || node.optional) return false;
  return node.object.type === AST_NODE_TYPES.ThisExpression || isPath(node.object);
}

/** `const { status } = await repository.find(id); if (status !== "pending") return;` */
function destructured(columns: readonly CheckedColumn[], roots: readonly TSESTree.Node[], file: SyntaxFile): Source | undefined {
  const names = new Set(
    roots.flatMap((root) => [...file.inside(root)].flatMap((n) => (n.type === AST_NODE_TYPES.Identifier ? [n.name] : []))),
  );
  if (!columns.every(({ name }) => names.has(name))) return undefined;
  const fields = columns.map(({ name }) => name);
  return { whole: `{ ${fields.join(", ")} }`, fields, types: new Map() };
}

/** The type of the parameter: by the entity's name where that means the entity, otherwise written out. */
export function expectedType(columns: readonly ExpectedColumn[], entity: string, file: string, { types }: Surroundings): string {
  const compared = columns.filter(({ onlyNull }) => !onlyNull);
  const nulls = columns.filter(({ onlyNull }) => onlyNull);
  const parts = [
    ...(compared.length === 0 ? [] : [comparedType(compared, entity, file, types)]),
    ...(nulls.length === 0 ? [] : [`{ ${nulls.map(({ name }) => `${name}: null`).join("; ")} }`]),
  ];
  return parts.join(" & ");
}

function comparedType(columns: readonly ExpectedColumn[], entity: string, file: string, types: Surroundings["types"]): string {
  const names = columns.map(({ name }) => name);
  if (types.isTypeInScope(file, entity, names)) return `Pick<${entity}, ${names.map((name) => `"${name}"`).join(" | ")}>`;
  const fields = columns.map(({ name, type }) => `${name}: ${type ?? withhold(`the type of '${name}' has no name in ${file}`)}`);
  return `{ ${fields.join("; ")} }`;
}
