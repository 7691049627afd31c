/** Looks into the parser's trees, in which each node is an object whose only key is its type. */
import type { Node } from "libpg-query";

type Wrapped = Extract<Node, object>;
type Keys<N> = N extends unknown ? keyof N : never;
/** Names of node types. */
export type NodeType = Keys<Wrapped>;
type Inner<T extends NodeType> = Extract<Wrapped, Record<T, unknown>>[T];

/** The node, if it is of this type. */
export function as<T extends NodeType>(node: Node | undefined, type: T): Inner<T> | undefined {
  return (node as Partial<Record<T, Inner<T>>> | undefined)?.[type];
}

/** All nodes of a type at any depth, the outermost first. */
export function nodesIn<T extends NodeType>(tree: unknown, type: T): readonly Inner<T>[] {
  if (typeof tree !== "object" || tree === null) return [];
  if (Array.isArray(tree)) return tree.flatMap((t: unknown) => nodesIn(t, type));
  return Object.entries(tree).flatMap(([key, child]: [string, unknown]) => [
    ...(key === type ? [child as Inner<T>] : []),
    ...nodesIn(child, type),
  ]);
}

export function stringIn(node: Node | undefined): string | undefined {
  return as(node, "String")?.sval;
}

/** The names of a column reference; `*` for all columns. */
export function pathOf(node: Node | undefined): readonly string[] | undefined {
  return as(node, "ColumnRef")?.fields?.map((f) => stringIn(f) ?? "*");
}

/** The expression without casts and collations, which change how a value is written and not which one it is. */
export function withoutCast(node: Node | undefined): Node | undefined {
  const cast = as(node, "TypeCast")?.arg ?? as(node, "CollateClause")?.arg;
  return cast === undefined ? node : withoutCast(cast);
}
