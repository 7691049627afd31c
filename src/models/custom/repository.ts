/** What a user says of a class whose methods read and write rows although the program does not show how. The settings have this shape. */
export interface Repository {
  /** Name of the class, interface or export. */
  readonly name: string;
  /** Exact name of the package that exports it; `undefined`: a class or interface of the program. */
  readonly package: string | undefined;
  /** Name of the entity. */
  readonly entity: string;
  /** Column that `key` arguments hold. */
  readonly keyColumn: string;
  readonly methods: Readonly<Record<string, RepositoryMethod>>;
}

/** Positions of arguments count from 0. */
export interface RepositoryMethod {
  readonly operation: "read" | "insert" | "update" | "delete" | "upsert";
  readonly entity: string;
  /** Argument that holds the row's key. */
  readonly key: number | undefined;
  /** Argument that is an object of the column values a row must have. */
  readonly filter: number | undefined;
  /** Argument that is the row itself. */
  readonly row: number | undefined;
  /** Argument that is an object of the new column values. */
  readonly patch: number | undefined;
  /** Columns written to values that the call does not show. */
  readonly writes: readonly string[];
  /** Columns that the statement's own WHERE tests. */
  readonly guards: readonly string[];
  /** `changed`: how many rows were changed, or whether any was; `nothing`: no information about the row. */
  readonly returns: "row" | "rows" | "count" | "exists" | "changed" | "nothing";
  readonly missThrows: boolean;
  readonly locks: boolean;
}
