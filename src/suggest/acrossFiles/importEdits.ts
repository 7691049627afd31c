import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import { insert, type Edit } from "../edit.js";
import type { SyntaxFile } from "../syntaxFile.js";

/** The name by which the file can use a package's export, and the edits that import it if it is not imported yet. */
export function importEdits(
  file: SyntaxFile,
  packageName: string,
  exported: string,
): { readonly name: string; readonly edits: readonly Edit[] } {
  const imports = file.ast.body.filter((s) => s.type === AST_NODE_TYPES.ImportDeclaration && s.source.value === packageName);
  const specifiers = imports.flatMap((s) => (s.type === AST_NODE_TYPES.ImportDeclaration ? s.specifiers : []));
  const known = specifiers.find((s) => isImportOf(s, exported));
  if (known !== undefined) return { name: known.local.name, edits: [] };
  const [host] = imports.filter((s) => s.type === AST_NODE_TYPES.ImportDeclaration && s.importKind !== "type");
  const last = host?.type === AST_NODE_TYPES.ImportDeclaration ? host.specifiers.at(-1) : undefined;
  if (last?.type === AST_NODE_TYPES.ImportSpecifier) return { name: exported, edits: [insert(file.path, last.range[1], `, ${exported}`)] };
  const start = file.ast.body[0]?.range[0] ?? 0;
  const quote = file.text.includes("from '") ? "'" : '"';
  const end = /from ["'][^"'\n]*["'](?!;)/.test(file.text) ? "" : ";";
  return {
    name: exported,
    edits: [insert(file.path, start, `import { ${exported} } from ${quote}${packageName}${quote}${end}${file.lineBreak}`)],
  };
}

function isImportOf(specifier: TSESTree.ImportClause, exported: string): boolean {
  return (
    specifier.type === AST_NODE_TYPES.ImportSpecifier &&
    specifier.importKind !== "type" &&
    (specifier.imported.type === AST_NODE_TYPES.Identifier ? specifier.imported.name : specifier.imported.value) === exported
  );
}
