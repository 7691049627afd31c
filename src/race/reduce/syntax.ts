/** A syntax tree of libpg-query: https://github.com/constructive-io/libpg-query-node. Names of nodes begin with a capital, those of fields do not. */
export type Tree = Readonly<Record<string, unknown>>;

/** The statements of a text, one tree each; `undefined` if PostgreSQL's parser refuses it. */
export type Parse = (sql: string) => readonly Tree[] | undefined;

export async function loadParser(): Promise<Parse> {
  const { loadModule, parseSync } = await import("libpg-query");
  await loadModule();
  return (sql) => {
    try {
      return (parseSync(sql) as { stmts?: { stmt?: Tree }[] }).stmts?.map(({ stmt }) => stmt ?? {}) ?? [];
    } catch {
      return undefined;
    }
  };
}

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The names in a list of `String` nodes: `schema.name`, `row.field`. Stars and the like are left out. */
export function namesIn(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((node: unknown) => (isTree(node) && isTree(node["String"]) ? [textOf(node["String"]["sval"])] : []));
}

/** The columns that a list of targets names. */
export function targetsIn(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((node: unknown) => (isTree(node) && isTree(node["ResTarget"]) ? [textOf(node["ResTarget"]["name"])] : []));
}
