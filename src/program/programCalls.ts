import ts from "typescript";

import { callIndex } from "./callIndex.js";
import type { ProgramContext } from "./context.js";
import type { Call } from "./targets.js";

/** Questions answered by searching the files' text before all files are indexed: linting one file asks few. */
const maxSearches = 24;

/** The program's calls and renamings by name, over the per-file indices. */
export class ProgramCalls {
  #searches = 0;
  #files: ReadonlyMap<string, readonly ts.SourceFile[]> | undefined;
  #renames: ReadonlyMap<string, ReadonlySet<string>> | undefined;

  constructor(readonly context: ProgramContext) {}

  /** The calls made under any of the names, in source order. */
  *of(names: readonly string[]): Generator<Call> {
    for (const file of this.#filesWith(names)) {
      const { calls } = callIndex(file);
      const found = names.flatMap((name) => calls.get(name) ?? []);
      yield* names.length === 1 ? found : found.sort((a, b) => a.pos - b.pos || b.end - a.end);
    }
  }

  /** The other names that some file gives to a name. */
  renamesOf(name: string): ReadonlySet<string> {
    if (++this.#searches > maxSearches) this.#renames ??= this.#indexRenames();
    if (this.#renames !== undefined) return this.#renames.get(name) ?? new Set();
    const found = this.#filesMentioning(name).flatMap((file) => [...(callIndex(file).renames.get(name) ?? [])]);
    // A default import does not have the word in its text.
    return new Set(name === "default" ? [...found, ...this.context.sources.flatMap(defaultImports)] : found);
  }

  #filesWith(names: readonly string[]): readonly ts.SourceFile[] {
    if (++this.#searches > maxSearches) this.#files ??= this.#indexFiles();
    const { sources } = this.context;
    const index = this.#files;
    if (index === undefined) return sources.filter((file) => names.some((name) => file.text.includes(name)));
    const [only] = names;
    if (only !== undefined && names.length === 1) return index.get(only) ?? [];
    const found = new Set(names.flatMap((name) => index.get(name) ?? []));
    return [...found].sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
  }

  #filesMentioning(name: string): readonly ts.SourceFile[] {
    return this.context.sources.filter((file) => file.text.includes(name));
  }

  #indexFiles(): ReadonlyMap<string, readonly ts.SourceFile[]> {
    const found = new Map<string, ts.SourceFile[]>();
    for (const file of this.context.sources) {
      for (const name of callIndex(file).calls.keys()) {
        const list = found.get(name);
        if (list === undefined) found.set(name, [file]);
        else list.push(file);
      }
    }
    return found;
  }

  #indexRenames(): ReadonlyMap<string, ReadonlySet<string>> {
    const found = new Map<string, Set<string>>();
    for (const file of this.context.sources) {
      for (const [from, names] of callIndex(file).renames) {
        const set = found.get(from) ?? new Set<string>();
        for (const to of names) set.add(to);
        found.set(from, set);
      }
    }
    return found;
  }
}

/** The names of a file's default imports. */
function defaultImports(file: ts.SourceFile): readonly string[] {
  return file.statements.flatMap((statement) => (ts.isImportDeclaration(statement) ? (statement.importClause?.name?.text ?? []) : []));
}
