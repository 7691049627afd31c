/** Adds names to what a file imports from a package. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import { freeName } from "./names.js";
import type { Source } from "./source.js";
import type { TextEdit } from "./suggestion.js";

/** `undefined` if one of the names means something else in the file. */
export function importNames(names: readonly string[], from: string, source: Source): readonly TextEdit[] | undefined {
  const declarations = source.program.body.filter((s): s is TSESTree.ImportDeclaration => s.type === AST_NODE_TYPES.ImportDeclaration);
  const own = declarations.filter((d) => d.source.value === from);
  const known = new Set(own.flatMap((d) => (d.importKind === "type" ? [] : d.specifiers.flatMap((s) => valueName(s) ?? []))));
  const missing = [...new Set(names)].filter((n) => !known.has(n)).toSorted();
  if (missing.length === 0) return [];
  if (missing.some((n) => freeName([n], source) === undefined)) return undefined;
  const last = own.find((d) => d.importKind !== "type" && d.specifiers.some(isNamed))?.specifiers.findLast(isNamed);
  const edit = (at: number, text: string): readonly TextEdit[] => [{ file: source.file, range: [at, at], text }];
  if (last !== undefined) return edit(last.range[1], `, ${missing.join(", ")}`);
  const [first] = own.length > 0 ? own : declarations;
  const quote = first === undefined ? '"' : source.textOf(first.source).charAt(0);
  return edit(
    first?.range[0] ?? 0,
    `import { ${missing.join(", ")} } from ${quote}${from}${quote}${first === undefined ? ";" : source.semicolon(first)}${source.lineBreak}`,
  );
}

function isNamed(specifier: TSESTree.ImportClause): boolean {
  return specifier.type === AST_NODE_TYPES.ImportSpecifier;
}

/** The exported name that a specifier imports under that very name, as a value. */
function valueName(specifier: TSESTree.ImportClause): string | undefined {
  if (specifier.type !== AST_NODE_TYPES.ImportSpecifier || specifier.importKind === "type") return undefined;
  const { imported, local } = specifier;
  return imported.type === AST_NODE_TYPES.Identifier && imported.name === local.name ? local.name : undefined;
}
