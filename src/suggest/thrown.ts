/** What a helper throws, written where it is called. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import { catcher, hasMultilineText } from "./exit.js";
import type { GivenRow } from "./givenRow.js";
import { declaredIn, freeName } from "./names.js";
import { descendants, isFunction, type Node, type Source } from "./source.js";

export interface Import {
  readonly name: string;
  readonly from: string;
}

/** A statement's text without its semicolon, and what must be imported for it. */
export interface Thrown {
  readonly text: string;
  readonly imports: readonly Import[];
}

/** The statement throws and does nothing else. */
export function isThrow(statement: TSESTree.Statement): boolean {
  return thrownIn(statement) !== undefined;
}

function thrownIn(statement: TSESTree.Statement): TSESTree.ThrowStatement | undefined {
  if (statement.type === AST_NODE_TYPES.ThrowStatement) return statement;
  const [only, ...more] = statement.type === AST_NODE_TYPES.BlockStatement ? statement.body : [];
  return only?.type === AST_NODE_TYPES.ThrowStatement && more.length === 0 ? only : undefined;
}

interface At {
  readonly helper: Source;
  /** The call of the helper, and the write behind which its exit is to be written. */
  readonly call: Node;
  readonly write: Node;
  readonly source: Source;
}

/**
 * The text of the throw in the caller's words, without its semicolon; `undefined` if it names something that the caller does not know by that
 * name, or if a `try` around the write would catch it and does not catch the helper's.
 */
export function thrownAt(statement: TSESTree.Statement, row: GivenRow, at: At): Thrown | undefined {
  const { helper, call, write, source } = at;
  const thrown = thrownIn(statement);
  if (thrown === undefined || hasMultilineText(thrown) || catcher(call, source) !== catcher(write, source)) return undefined;
  const start = thrown.range[0];
  const end = thrown.argument.range[1];
  const imports: Import[] = [];
  let text = "";
  let done = start;
  const own = new Set(
    helper.ancestors(thrown).flatMap((scope) => (scope === helper.program || isFunction(scope) ? [] : declaredIn(scope))),
  );
  for (const name of namesUsed(thrown, helper)) {
    if (own.has(name.name)) return undefined;
    const known = row.isParameter(name.name) ? row.argument(name.name) : meaningOf(name.name, at);
    if (known === undefined) return undefined;
    if (typeof known !== "string") imports.push(known);
    text += helper.text.slice(done, name.range[0]) + (typeof known === "string" ? known : name.name);
    done = name.range[1];
  }
  return { text: text + helper.text.slice(done, end), imports };
}

/** Identifiers that mean something outside, in source order. */
function namesUsed(node: Node, source: Source): readonly TSESTree.Identifier[] {
  const names = descendants(node).filter((n): n is TSESTree.Identifier => {
    if (n.type !== AST_NODE_TYPES.Identifier) return false;
    const parent = source.parent(n);
    const isProperty = parent?.type === AST_NODE_TYPES.MemberExpression && parent.property === n && !parent.computed;
    const isKey = parent?.type === AST_NODE_TYPES.Property && parent.key === n && !parent.shorthand;
    return !isProperty && !isKey;
  });
  return names.toSorted((a, b) => a.range[0] - b.range[0]);
}

/**
 * The name, if it means the same in the caller: a global, something of the module they share, or an import of both from one package. An
 * import that the caller does not have yet; `undefined`: something else.
 */
function meaningOf(name: string, { helper, write, source }: At): string | Import | undefined {
  const inner = source.ancestors(write).filter((a) => a !== source.program);
  if (inner.some((scope) => declaredIn(scope).includes(name))) return undefined;
  if (helper === source) return name;
  const [theirs, ours] = [importOf(name, helper), importOf(name, source)];
  if (theirs === undefined) return ours === undefined && builtIn.has(name) ? name : undefined;
  if (theirs.startsWith(".")) return undefined;
  if (theirs === ours) return name;
  return ours === undefined && freeName([name], source) !== undefined ? { name, from: theirs } : undefined;
}

const builtIn: ReadonlySet<string> = new Set(["Error", "TypeError", "RangeError", "String", "Number", "JSON", "undefined"]);

/** The module that the name is imported from by its own name. */
function importOf(name: string, { program }: Source): string | undefined {
  for (const s of program.body) {
    if (s.type !== AST_NODE_TYPES.ImportDeclaration || s.importKind === "type") continue;
    const own = s.specifiers.find((i) => i.local.name === name);
    if (own?.type === AST_NODE_TYPES.ImportSpecifier && own.imported.type === AST_NODE_TYPES.Identifier && own.imported.name === name)
      return s.source.value;
  }
  return undefined;
}
