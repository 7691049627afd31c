/**
 * PostgreSQL's own parser (https://github.com/constructive-io/libpg-query-node), compiled to WebAssembly. Rules run synchronously and most
 * programs send no SQL of their own, so it is loaded when the first statement is read, and without waiting.
 */
import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname } from "node:path";
import { compileFunction, createContext, runInContext, type Context } from "node:vm";
import type * as LibPgQuery from "libpg-query";

type Library = Pick<typeof LibPgQuery, "parseSync" | "scanSync">;

export type Token = LibPgQuery.ScanToken;

/** One syntax tree a statement. */
export type Statements = readonly LibPgQuery.Node[];

/** Texts are read again for each caller of a function that sends them; a program has far fewer than this. */
const maxRemembered = 1000;
const remembered = new Map<string, Statements | undefined>();

/** The statements of a text; `undefined` if the parser refuses it. */
export function parse(text: string): Statements | undefined {
  if (!remembered.has(text)) {
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.set(text, parseAnew(text));
  }
  return remembered.get(text);
}

function parseAnew(text: string): Statements | undefined {
  return attempt(() =>
    library()
      ?.parseSync(text)
      .stmts?.flatMap((s) => s.stmt ?? []),
  );
}

/** The tokens of a text, white space left out; positions are in bytes of UTF-8. */
export function scan(text: string): readonly Token[] | undefined {
  return attempt(() => library()?.scanSync(text).tokens);
}

function attempt<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

let loaded: { readonly library: Library | undefined } | undefined;

function library(): Library | undefined {
  loaded ??= { library: attempt(load) };
  return loaded.library;
}

/**
 * The package is ready only after promises that it makes when it is loaded, and its WebAssembly is compiled in the background. In a context
 * with a microtask queue of its own (https://nodejs.org/api/vm.html#when-to-use-microtaskmode) the promises are settled when a script of
 * the context ends, and the context's `WebAssembly` is told to compile at once.
 */
function load(): Library {
  const context = createContext({ process, TextDecoder, URL, Buffer, console }, { microtaskMode: "afterEvaluate" });
  runInContext(
    "WebAssembly.instantiate = async (bytes, imports) => ({ instance: new WebAssembly.Instance(new WebAssembly.Module(bytes), imports) })",
    context,
  );
  const exported = requireIn(context, new Map(), createRequire(import.meta.url).resolve("libpg-query"));
  runInContext("undefined", context);
  return exported as Library;
}

interface CommonJsModule {
  exports: unknown;
}

/** `require` with the modules of packages evaluated in the context. */
function requireIn(context: Context, modules: Map<string, CommonJsModule>, file: string): unknown {
  const known = modules.get(file);
  if (known !== undefined) return known.exports;
  const made: CommonJsModule = { exports: {} };
  modules.set(file, made);
  const required = createRequire(file);
  const run = compileFunction(readFileSync(file, "utf8"), ["module", "exports", "require", "__dirname", "__filename"], {
    parsingContext: context,
    filename: file,
  }) as (...args: readonly unknown[]) => void;
  const load = (id: string): unknown => (isBuiltin(id) ? required(id) : requireIn(context, modules, required.resolve(id)));
  run(made, made.exports, load, dirname(file), file);
  return made.exports;
}
