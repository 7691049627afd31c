/** The settings that all rules share, `settings["check-then-act"]`: read once, closed, and every mistake in them named in one sentence. */
import { readBoolean, readChoice, readList, readObject, readOptional, readRequired, readText, type Raw } from "./settings/check.js";
import { defaultIgnore, fileMatcher } from "./settings/ignore.js";
import { readRepositories, type RepositorySetting } from "./settings/repositories.js";

export { SettingsError } from "./settings/check.js";

const dialects = ["postgresql", "mysql", "mariadb", "sqlite", "mssql"] as const;

export type Dialect = (typeof dialects)[number];

/** A function or a decorator. */
export interface NamedFunction {
  /** Name of the function, of the decorator, or of the method whatever it is called on. */
  readonly name: string;
  /** Exact name of the package that exports it; `undefined`: a function of that name wherever it comes from. */
  readonly package: string | undefined;
}

/** Frozen. Equal settings are the same object, so the engine may be cached by it. */
export interface Settings {
  readonly repositories: readonly RepositorySetting[];
  /** Hold a lock while the callback or the decorated method runs, or until the disposer that they return is called. */
  readonly lockFunctions: readonly NamedFunction[];
  /** Run the decorated method in a transaction that all shared handles use. */
  readonly transactionDecorators: readonly NamedFunction[];
  /** The application runs as one process, so that a lock in its memory excludes every other caller. */
  readonly singleProcess: boolean;
  /** What isolation levels and conditional writes mean. */
  readonly dialect: Dialect;
  readonly ignore: readonly string[];
  /** Whether a file (absolute path) is left alone: nothing is reported in it, and its calls are no evidence. */
  readonly ignored: (file: string) => boolean;
}

export const settingsKey = "check-then-act";

/** Settings by working directory and content. ESLint hands out a new object for every group of files it configures. */
const byContent = new Map<string, Settings>();
const byIdentity = new WeakMap<object, { readonly cwd: string; readonly settings: Settings }>();

/**
 * The settings as written in the ESLint configuration, checked and completed. Globs are relative to `cwd`.
 *
 * @throws {SettingsError} with one sentence that names the place and the remedy.
 */
export function readSettings(raw: unknown, cwd: string = process.cwd()): Settings {
  if (typeof raw !== "object" || raw === null) return intern(raw, cwd);
  const known = byIdentity.get(raw);
  if (known?.cwd === cwd) return known.settings;
  const settings = intern(raw, cwd);
  byIdentity.set(raw, { cwd, settings });
  return settings;
}

function intern(raw: unknown, cwd: string): Settings {
  const settings = parse(raw === undefined ? {} : raw, cwd);
  const key = JSON.stringify([cwd, settings]);
  const known = byContent.get(key);
  if (known !== undefined) return known;
  byContent.set(key, settings);
  return settings;
}

function parse(value: unknown, cwd: string): Settings {
  const raw: Raw = { path: `settings["${settingsKey}"]`, value };
  const fields = readObject(raw, ["repositories", "lockFunctions", "transactionDecorators", "singleProcess", "dialect", "ignore"]);
  const ignore = readOptional(fields.ignore, (globs) => readList(globs, readText)) ?? defaultIgnore;
  return Object.freeze({
    repositories: readOptional(fields.repositories, readRepositories) ?? [],
    lockFunctions: readOptional(fields.lockFunctions, readFunctions) ?? [],
    transactionDecorators: readOptional(fields.transactionDecorators, readFunctions) ?? [],
    singleProcess: readOptional(fields.singleProcess, readBoolean) ?? false,
    dialect: readOptional(fields.dialect, (dialect) => readChoice(dialect, dialects)) ?? "postgresql",
    ignore,
    ignored: fileMatcher(ignore, cwd),
  });
}

function readFunctions(raw: Raw): readonly NamedFunction[] {
  return readList(raw, readFunction);
}

/** A name alone, or a name with the package that exports it. */
function readFunction(raw: Raw): NamedFunction {
  if (typeof raw.value === "string") return Object.freeze({ name: readText(raw), package: undefined });
  const fields = readObject(raw, ["name", "package"]);
  return Object.freeze({
    name: readRequired(fields.name, readText, "set it to the name of the function or method"),
    package: readOptional(fields.package, readText),
  });
}
