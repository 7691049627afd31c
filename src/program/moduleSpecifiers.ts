import ts from "typescript";

const cache = new WeakMap<ts.SourceFile, readonly ts.StringLiteralLike[]>();

/** The module specifiers that a file imports, re-exports or requires, in source order. Purely syntactic. */
export function moduleSpecifiers(file: ts.SourceFile): readonly ts.StringLiteralLike[] {
  let found = cache.get(file);
  if (found === undefined) {
    found = [...file.statements.flatMap(statementSpecifiers), ...callSpecifiers(file)];
    cache.set(file, found);
  }
  return found;
}

function statementSpecifiers(statement: ts.Statement): readonly ts.StringLiteralLike[] {
  if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) {
    const specifier = statement.moduleSpecifier;
    return specifier !== undefined && ts.isStringLiteralLike(specifier) ? [specifier] : [];
  }
  if (ts.isImportEqualsDeclaration(statement) && ts.isExternalModuleReference(statement.moduleReference)) {
    const { expression } = statement.moduleReference;
    return ts.isStringLiteralLike(expression) ? [expression] : [];
  }
  return [];
}

/** `import("x")` and `require("x")`. The text is searched first: most files have neither. */
function callSpecifiers(file: ts.SourceFile): readonly ts.StringLiteralLike[] {
  if (!/\b(?:import|require)\s*\(/.test(file.text)) return [];
  const found: ts.StringLiteralLike[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = ts.isCallExpression(node) ? requiredModule(node) : undefined;
    if (specifier !== undefined) found.push(specifier);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The module that `require("x")` or `import("x")` loads. */
export function requiredModule(call: ts.CallExpression): ts.StringLiteralLike | undefined {
  const loads =
    call.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(call.expression) && call.expression.text === "require");
  const [argument] = call.arguments;
  return loads && argument !== undefined && ts.isStringLiteralLike(argument) ? argument : undefined;
}

/** The specifier of the import or export declaration that an alias is declared by. */
export function aliasSpecifier(declaration: ts.Declaration): ts.StringLiteralLike | undefined {
  if (ts.isImportEqualsDeclaration(declaration)) return statementSpecifiers(declaration)[0];
  for (let node: ts.Node = declaration; !ts.isSourceFile(node); node = node.parent) {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return statementSpecifiers(node)[0];
  }
  return undefined;
}

/** The exported name that an alias declaration asks its module for; `undefined` for a namespace import, which is the module itself. */
export function aliasedName(declaration: ts.Declaration): string | undefined {
  if (ts.isImportSpecifier(declaration) || ts.isExportSpecifier(declaration)) return (declaration.propertyName ?? declaration.name).text;
  return ts.isImportClause(declaration) ? "default" : undefined;
}
