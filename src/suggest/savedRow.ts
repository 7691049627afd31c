/** `save(row)` as an update of what was assigned to the row since it was read. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Issue, Surroundings } from "../analysis/issue.js";
import { isRunInPlace } from "./checks.js";
import type { Result } from "./embedding.js";
import { descendants, isFunction, type Node, type Source } from "./source.js";
import type { Reason, TextEdit } from "./suggestion.js";
import { entityArgument } from "./write.js";

/**
 * The assignments stay where they are, so that the object says what the row holds, and SET takes the values from it. Withheld where what
 * `save` would write cannot be read off the assignments: the row is handed to something else, changed under a condition, in place or from
 * what it held; one of its relations is set; saving runs methods of the entity.
 */
export function savedRow(
  issue: Issue,
  call: TSESTree.CallExpression,
  fields: readonly string[],
  method: string,
  source: Source,
): { readonly edits: readonly TextEdit[]; readonly result: Result } | Reason {
  const { surroundings: known } = issue;
  const row = call.arguments.at(-1);
  const [key, ...moreKeys] = known?.primaryKey ?? [];
  if (known === undefined || key === undefined || moreKeys.length > 0 || known.hasListeners) return "write cannot be rewritten";
  if (row?.type !== AST_NODE_TYPES.Identifier || call.callee.type !== AST_NODE_TYPES.MemberExpression) return "write cannot be rewritten";
  const entity = entityArgument(issue, call.arguments.slice(0, -1), source);
  const columns = assignedColumns(row.name, call, source);
  if (entity === undefined || columns === undefined || !areWritable(columns, key, known)) return "write cannot be rewritten";
  const set = columns.map((c) => `${c}: ${row.name}.${c}`).join(", ");
  const criteria = [`${key}: ${row.name}.${key}`, ...fields].join(", ");
  const text = `${method}(${entity}{ ${criteria} }, { ${set} })`;
  const edits: readonly TextEdit[] = [{ file: source.file, range: [call.callee.property.range[0], call.range[1]], text }];
  // `save` gives the object that it is given.
  return { edits, result: { kind: "instead", text: row.name, isPromise: false } };
}

function areWritable(columns: readonly string[], key: string, { properties, relations }: Surroundings): boolean {
  return columns.length > 0 && columns.every((c) => c !== key && properties.includes(c) && !relations.includes(c));
}

/** Every column that the object can have been given between its declaration and the call; `undefined` if that cannot be told. */
function assignedColumns(row: string, call: Node, source: Source): readonly string[] | undefined {
  const outermost = source.ancestors(call).findLast((a) => isFunction(a));
  if (outermost === undefined) return undefined;
  const uses = descendants(outermost).filter(
    (n) => n.type === AST_NODE_TYPES.Identifier && n.name === row && n.range[1] <= call.range[0] && isUse(n, source),
  );
  const assigned = uses.map((use) => assignment(use, row, call, source));
  return assigned.every((a) => a !== "unknown") ? [...new Set(assigned.filter((a) => a !== undefined))] : undefined;
}

/** Not the declaration, nor a property or a key of that name. */
function isUse(node: Node, source: Source): boolean {
  const parent = source.parent(node);
  if (parent?.type === AST_NODE_TYPES.MemberExpression) return parent.object === node;
  if (parent?.type === AST_NODE_TYPES.Property) return parent.value === node;
  return parent?.type !== AST_NODE_TYPES.VariableDeclarator || parent.id !== node;
}

/** The column that this use assigns (`unknown`: it may be any); `undefined`: it only looks. */
function assignment(use: Node, row: string, call: Node, source: Source): string | undefined {
  const member = source.parent(use);
  if (member?.type !== AST_NODE_TYPES.MemberExpression) return isTested(use, source) ? undefined : "unknown";
  const above = source.parent(member);
  if (above?.type === AST_NODE_TYPES.AssignmentExpression && above.left === member) {
    const isPlain = above.operator === "=" && !member.computed && member.property.type === AST_NODE_TYPES.Identifier;
    const reads = descendants(above.right).some((n) => n.type === AST_NODE_TYPES.Identifier && n.name === row);
    return isPlain && !reads && isUnconditional(above, call, source) ? (member.property as TSESTree.Identifier).name : "unknown";
  }
  // `row.tags.push(..)`, `row.start()`, `row.count++` change it in place.
  const isChange = above?.type === AST_NODE_TYPES.UpdateExpression || above?.type === AST_NODE_TYPES.CallExpression;
  const isDeep = above?.type === AST_NODE_TYPES.MemberExpression && above.object === member;
  return (isChange || isDeep) && !isTested(use, source) ? "unknown" : undefined;
}

/** It stands in the test of an `if`: a helper that looks at the row does not change it. */
function isTested(use: Node, source: Source): boolean {
  let child = use;
  for (const scope of source.ancestors(use)) {
    if (scope.type === AST_NODE_TYPES.IfStatement) return scope.test === child;
    child = scope;
  }
  return false;
}

/** A statement of its own that comes before the call on every way to it. */
function isUnconditional(assignment: Node, call: Node, source: Source): boolean {
  const statement = source.parent(assignment);
  const list = statement === undefined ? undefined : source.parent(statement);
  if (statement?.type !== AST_NODE_TYPES.ExpressionStatement || list?.type !== AST_NODE_TYPES.BlockStatement) return false;
  const above = source.ancestors(call);
  return above.includes(list) && above.slice(0, above.indexOf(list)).every((a) => !isFunction(a) || isRunInPlace(a, source));
}
