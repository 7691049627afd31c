import { builtinModules } from "node:module";
import path from "node:path";
import type ts from "typescript";

/** A module by package name and the subpath behind it; both exact. */
export interface ModuleName {
  readonly package: string;
  readonly subpath: string;
}

const builtins = new Set(builtinModules);
const installed = "/node_modules/";

/** Whether the specifier names a file (`./a`, `../a`, `/a`, `.`) and no package. */
export function isPathSpecifier(specifier: string): boolean {
  return /^(?:\.{1,2}(?:\/|$)|\/|[A-Za-z]:[\\/])/.test(specifier);
}

/** `crypto` for `crypto`, `node:crypto` and `fs/promises`' `fs`; `undefined` if it is no module of Node's. */
export function nodeModule(specifier: string): string | undefined {
  const name = specifier.startsWith("node:") ? specifier.slice("node:".length) : specifier;
  return specifier !== name || builtins.has(name) ? (name.split("/")[0] ?? name) : undefined;
}

/** Splits a package specifier: `drizzle-orm/pg-core` is package `drizzle-orm`, subpath `pg-core`. */
export function splitSpecifier(specifier: string): ModuleName {
  const parts = specifier.split("/");
  const length = specifier.startsWith("@") ? 2 : 1;
  return { package: parts.slice(0, length).join("/"), subpath: parts.slice(length).join("/") };
}

/** The module that an unresolved specifier names: a package, or the absolute path without extension that it would have. */
export function moduleNameOf(specifier: string, importer: string, options: ts.CompilerOptions): ModuleName {
  const file = isPathSpecifier(specifier) ? path.posix.resolve(path.posix.dirname(importer), specifier) : aliasedPath(specifier, options);
  if (file === undefined) return splitSpecifier(specifier);
  return installedName(file) ?? { package: pathModule(file), subpath: "" };
}

/** A path into a folder of installed packages names one of them: `paths` may pin a package to one of several copies. */
function installedName(file: string): ModuleName | undefined {
  const at = file.lastIndexOf(installed);
  return at < 0 ? undefined : splitSpecifier(file.slice(at + installed.length));
}

/** Where `compilerOptions.paths` sends a specifier (its first substitution); a catch-all pattern says nothing about packages. */
function aliasedPath(specifier: string, options: ts.CompilerOptions): string | undefined {
  const config = options["configFilePath"];
  const { baseUrl } = options as { readonly baseUrl?: unknown };
  const base = typeof baseUrl === "string" ? baseUrl : typeof config === "string" ? path.posix.dirname(config) : undefined;
  if (base === undefined) return undefined;
  for (const [pattern, [substitution]] of Object.entries(options.paths ?? {})) {
    const [before = "", after] = pattern.split("*");
    if (substitution === undefined || pattern === "*") continue;
    if (after === undefined && specifier === pattern) return path.posix.resolve(base, substitution);
    if (after === undefined || !specifier.startsWith(before) || !specifier.endsWith(after)) continue;
    return path.posix.resolve(base, substitution.replace("*", specifier.slice(before.length, specifier.length - after.length)));
  }
  return undefined;
}

/** A file as the name of a module: without extension and without a trailing `/index`. */
export function pathModule(file: string): string {
  return file.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, "").replace(/\/index$/, "");
}

/**
 * The package whose folder holds the file: what follows the last `node_modules/` (also under pnpm's `.pnpm/<key>/node_modules`).
 * `@types` packages stand for what they describe. Prisma generates its client into `node_modules/.prisma/client`, and
 * `@prisma/client` re-exports it (https://www.prisma.io/docs/orm/prisma-client/setup-and-configuration/generating-prisma-client).
 */
export function packageOfFile(file: string): string | undefined {
  const name = installedName(file)?.package;
  if (name === undefined) return undefined;
  if (name === ".prisma") return "@prisma/client";
  if (!name.startsWith("@types/")) return name;
  const typed = name.slice("@types/".length);
  return typed.includes("__") ? `@${typed.replace("__", "/")}` : typed;
}

/** Whether the file is one of `@types/node`. */
export function isNodeTypes(file: string): boolean {
  const marker = "/node_modules/@types/node/";
  return file.includes(marker);
}
