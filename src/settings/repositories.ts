/** `repositories`: what the methods of a class do to the database when their bodies cannot be seen. */
import {
  readArgumentIndex,
  readBoolean,
  readChoice,
  readList,
  readMap,
  readObject,
  readOptional,
  readRequired,
  readText,
  SettingsError,
  type Raw,
} from "./check.js";

const operations = ["read", "insert", "update", "delete", "upsert"] as const;
const results = ["row", "rows", "count", "exists", "changed", "nothing"] as const;

export type RepositoryOperation = (typeof operations)[number];

/**
 * What a method resolves to. `row`: the row or nothing; `rows`: a list; `count`: how many rows there are; `exists`: whether there is one;
 * `changed`: how many rows the statement changed, or whether it changed any; `nothing`: no information about the row.
 */
export type RepositoryResult = (typeof results)[number];

/** A class or interface whose methods read and write rows, although the program does not show how. */
export interface RepositorySetting {
  /** Name of the class, interface or export. */
  readonly name: string;
  /** Exact name of the package that exports it; `undefined`: a class or interface of the program. */
  readonly package: string | undefined;
  readonly entity: string;
  /** Name of the key column that `key` arguments hold. */
  readonly keyColumn: string;
  readonly methods: Readonly<Record<string, RepositoryMethod>>;
}

/** Argument positions count from 0. */
export interface RepositoryMethod {
  readonly operation: RepositoryOperation;
  /** The method's own entity, where it is not the repository's. */
  readonly entity: string;
  /** Argument that holds the row's key. */
  readonly key: number | undefined;
  /** Argument that is an object of the column values a row must have. */
  readonly filter: number | undefined;
  /** Argument that is the row itself, as in `save(job)`. */
  readonly row: number | undefined;
  /** Argument that is an object of the new column values. */
  readonly patch: number | undefined;
  /** Columns that the method writes, to values that the call does not show. */
  readonly writes: readonly string[];
  /** Columns that the statement's own WHERE tests: the write does nothing when somebody else changed them first. */
  readonly guards: readonly string[];
  readonly returns: RepositoryResult;
  /** A miss (no row read, no row changed) throws. */
  readonly missThrows: boolean;
  /** The read locks the row until the transaction ends. */
  readonly locks: boolean;
}

/** Results that only a read, or only a write, can have. */
const readResults: readonly RepositoryResult[] = ["row", "rows", "count", "exists"];
const writeResults: readonly RepositoryResult[] = ["row", "rows", "changed", "nothing"];

export function readRepositories(raw: Raw): readonly RepositorySetting[] {
  return readList(raw, readRepository);
}

function readRepository(raw: Raw): RepositorySetting {
  const fields = readObject(raw, ["name", "package", "entity", "keyColumn", "methods"]);
  const entity = readRequired(fields.entity, readText, "set it to the name of the entity whose rows the methods read and write");
  return Object.freeze({
    name: readRequired(fields.name, readText, "set it to the name of the class, interface or export"),
    package: readOptional(fields.package, readText),
    entity,
    keyColumn: readOptional(fields.keyColumn, readText) ?? "id",
    methods: readRequired(
      fields.methods,
      (methods) => readMap(methods, (method) => readMethod(method, entity)),
      'describe each method, as in { get: { operation: "read", key: 0 } }',
    ),
  });
}

function readMethod(raw: Raw, entity: string): RepositoryMethod {
  const fields = readObject(raw, [
    "operation",
    "entity",
    "key",
    "filter",
    "row",
    "patch",
    "writes",
    "guards",
    "returns",
    "missThrows",
    "locks",
  ]);
  const operation = readRequired(fields.operation, (value) => readChoice(value, operations), `set it to one of ${operations.join(", ")}`);
  const method: RepositoryMethod = {
    operation,
    entity: readOptional(fields.entity, readText) ?? entity,
    key: readOptional(fields.key, readArgumentIndex),
    filter: readOptional(fields.filter, readArgumentIndex),
    row: readOptional(fields.row, readArgumentIndex),
    patch: readOptional(fields.patch, readArgumentIndex),
    writes: readOptional(fields.writes, (value) => readList(value, readText)) ?? [],
    guards: readOptional(fields.guards, (value) => readList(value, readText)) ?? [],
    returns: readOptional(fields.returns, (value) => readChoice(value, results)) ?? (operation === "read" ? "row" : "nothing"),
    missThrows: readOptional(fields.missThrows, readBoolean) ?? false,
    locks: readOptional(fields.locks, readBoolean) ?? false,
  };
  rejectContradictions(raw.path, method);
  return Object.freeze(method);
}

/** Keys that make no sense together would otherwise be dropped in silence. */
function rejectContradictions(path: string, method: RepositoryMethod): void {
  const reads = method.operation === "read";
  const possible = reads ? readResults : writeResults;
  if (!possible.includes(method.returns)) {
    throw new SettingsError(
      `${path}.returns is "${method.returns}", which ${reads ? "a read" : "a write"} cannot return; use one of ${possible.map((result) => `"${result}"`).join(", ")}.`,
    );
  }
  if (reads && (method.patch !== undefined || method.row !== undefined || method.writes.length > 0 || method.guards.length > 0)) {
    throw new SettingsError(`${path} is a read and cannot have "patch", "row", "writes" or "guards"; remove them or change "operation".`);
  }
  if (!reads && method.locks) {
    throw new SettingsError(`${path}.locks is for reads; remove it, since a write always locks the rows it changes.`);
  }
}
