/** A program with some files as they would be after an edit, and whether it compiles as well as before. */
import path from "node:path";
import ts from "typescript";

/** The same roots and options; files that are not edited are the same objects. */
export function editedProgram(program: ts.Program, texts: ReadonlyMap<string, string>): ts.Program {
  const options = program.getCompilerOptions();
  const host = ts.createCompilerHost(options, true);
  const references = program.getProjectReferences();
  return ts.createProgram({
    rootNames: program.getRootFileNames(),
    options,
    oldProgram: program,
    ...(references && { projectReferences: references }),
    host: {
      ...host,
      getCurrentDirectory: () => program.getCurrentDirectory(),
      readFile: (file) => texts.get(file) ?? host.readFile(file),
      getSourceFile(file, languageVersion, ...rest) {
        const text = texts.get(file);
        const known = program.getSourceFile(file);
        if (text === undefined) return known ?? host.getSourceFile(file, languageVersion, ...rest);
        return known?.text === text ? known : ts.createSourceFile(file, text, languageVersion, true);
      },
    },
  });
}

/** The first new error in an edited file or in one that imports it directly or not, as `path:line: message`; `undefined`: none. */
export function firstNewError(before: ts.Program, after: ts.Program, edited: readonly string[]): string | undefined {
  for (const file of affectedFiles(after, new Set(edited))) {
    const old = before.getSourceFile(file.fileName);
    const known = new Set(old === undefined ? [] : errorsOf(before, old).map(textOf));
    const found = errorsOf(after, file).find((error) => !known.has(textOf(error)));
    if (found !== undefined) return `${placeOf(found, file)}: ${textOf(found)}`;
  }
  return undefined;
}

/** Edited files and those that import them. A type that changed shows in whoever uses it, and who uses it imports it or infers it from an importer. */
function affectedFiles(program: ts.Program, edited: ReadonlySet<string>): readonly ts.SourceFile[] {
  const sources = program.getSourceFiles().filter((f) => !f.isDeclarationFile && !program.isSourceFileFromExternalLibrary(f));
  const importers = importersIn(program, sources);
  const reached = new Set(edited);
  const queue = [...edited];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    for (const importer of importers.get(file) ?? []) {
      if (reached.has(importer)) continue;
      reached.add(importer);
      queue.push(importer);
    }
  }
  return sources.filter((f) => reached.has(f.fileName));
}

function importersIn(program: ts.Program, sources: readonly ts.SourceFile[]): ReadonlyMap<string, readonly string[]> {
  const checker = program.getTypeChecker();
  const importers = new Map<string, string[]>();
  for (const source of sources) {
    for (const specifier of specifiersIn(source)) {
      const target = checker.getSymbolAtLocation(specifier)?.valueDeclaration?.getSourceFile().fileName;
      if (target !== undefined) importers.set(target, [...(importers.get(target) ?? []), source.fileName]);
    }
  }
  return importers;
}

function specifiersIn(source: ts.SourceFile): readonly ts.Expression[] {
  return source.statements.flatMap((s) =>
    (ts.isImportDeclaration(s) || ts.isExportDeclaration(s)) && s.moduleSpecifier !== undefined ? [s.moduleSpecifier] : [],
  );
}

function errorsOf(program: ts.Program, file: ts.SourceFile): readonly ts.Diagnostic[] {
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].filter(
    (d) => d.category === ts.DiagnosticCategory.Error,
  );
}

function textOf({ messageText }: ts.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(messageText, " ").replaceAll(/\s+/g, " ");
}

function placeOf({ start }: ts.Diagnostic, file: ts.SourceFile): string {
  return `${path.basename(file.fileName)}:${String(file.getLineAndCharacterOfPosition(start ?? 0).line + 1)}`;
}
