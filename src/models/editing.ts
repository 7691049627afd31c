/**
 * How a data layer spells a write that decides: what `suggest/` must know of a layer to write its code. Texts in, texts out; which
 * arguments stand where in a call is said as data.
 */

/** Which values of a column a check lets through. Values are expressions as the program writes them. */
export type Admitted =
  /** One of the values, or `NULL` if `null` is true. */
  | { readonly kind: "values"; readonly values: readonly string[]; readonly null: boolean }
  /** Any but these values; also `NULL` if `null` is true. Without values: `NULL` is all that is refused, or nothing. */
  | { readonly kind: "except"; readonly values: readonly string[]; readonly null: boolean }
  /** Never lets `NULL` through. */
  | { readonly kind: "comparison"; readonly operator: ComparisonOperator; readonly value: string };

export type ComparisonOperator = "<" | "<=" | ">" | ">=";

/** A property of a filter, and what must be imported for it. */
export interface Spelling {
  readonly name: string;
  readonly text: string;
  /** Names that the layer's package exports. */
  readonly imports: readonly string[];
}

/** How many rows were changed, in what a write gives. */
export type Count =
  | { readonly kind: "property"; readonly name: string }
  /** An element of a list: `[rows, count]`. */
  | { readonly kind: "element"; readonly index: number }
  /** A list of the rows that were changed. */
  | { readonly kind: "rows" }
  /** The number itself. */
  | { readonly kind: "itself" };

/** Where a writing method is told which rows, and how it is made to tell how many it changed. */
export type WriteForm = { readonly count: Count } &
  /** `update(criteria, patch)`, with so many arguments; on a manager the entity stands in front. */
  (
    | { readonly kind: "criteria"; readonly arguments: number }
    /** `update({ where, data })`, sent as `method` with the same two; `reread` with its `where` gives the row that `update` gives. */
    | { readonly kind: "options"; readonly method: string; readonly reread?: string }
    /** `save(row)`, sent as `method(criteria, patch)`. */
    | { readonly kind: "row"; readonly method: string }
    /** A statement as text, with the values of its parameters behind it. */
    | { readonly kind: "statement" }
    /** A chain of calls: the conditions go into the filter that is an argument of one of them. */
    | ChainForm
  );

export interface ChainForm {
  readonly kind: "chain";
  /** The call that is given the filter. */
  readonly filter: string;
  /**
   * - `call`: a further call behind the last of the filter's, with an object of conditions.
   * - `argument`: the filter becomes an argument of this function, with the conditions behind it.
   */
  readonly add: { readonly kind: "call"; readonly method: string } | { readonly kind: "argument"; readonly all: string };
  /** Calls that make alternatives of filters: what is added would not hold for all of them. */
  readonly without: readonly string[];
  /** A call at the chain's end that makes it give the changed rows, if it has none of that name; its argument names the key. */
  readonly returning?: string;
}

export interface Condition {
  readonly column: string;
  readonly admitted: Admitted;
}

export interface Editing {
  /** The package that spellings import from. */
  readonly package: string;
  /**
   * By name of the method that the program calls; by its receiver in the layer's own words and the name (`builder.update`) where the same
   * name means something else there.
   */
  readonly writes: Readonly<Record<string, WriteForm>>;
  /** The condition as a property of a filter; `undefined`: the layer has no words for it. */
  property?(condition: Condition): Spelling | undefined;
  /** The condition as an expression, on the columns of a table; `undefined`: the layer has no words for it. */
  term?(condition: Condition, table: string): Omit<Spelling, "name"> | undefined;
  /** The value of a filter's property asks for NULL. */
  isNull?(text: string): boolean;
  /** Functions that a read's filter is made of, where it is an expression: equality, NULL, and all of several conditions. */
  readonly equality?: { readonly filter: string; readonly all: string; readonly equal: string; readonly null: string };
  /** How a read is made to lock its row, by name of the method; absent: the layer has no such words. */
  readonly locks?: Readonly<Record<string, LockForm>>;
  /** How a read of many rows is made to lock them and to pass over those that others have locked, by name of the method. */
  readonly queues?: Readonly<Record<string, LockForm>>;
  /** How the text of a statement is changed. Its columns may be unknown: then literals say what they hold. */
  readonly statement?: {
    /** The statement writes a column of that name. */
    names(text: string, column: string): boolean;
    /** `parameters`: how many the statement has already. */
    condition(text: string, conditions: readonly Condition[], parameters: number): Insertion | undefined;
    /** `skips`: it passes over rows that others have locked. */
    lock(text: string, skips: boolean): Insertion | undefined;
    /** What a query's WHERE certainly compares the column with, as an expression of the program; `null`: it must be NULL. */
    equated(text: string, column: string): string | null | undefined;
  };
  /** How a number is changed by an amount. */
  readonly increments?: Readonly<Record<string, IncrementForm>>;
}

/** What is put into a statement's text, and the values of the parameters that come with it. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
  readonly values: readonly string[];
}

/** How a read takes a lock. */
export type LockForm =
  /** In its options, as this property. */
  | { readonly kind: "options"; readonly property: string }
  /** It takes a filter and becomes `method`, which takes options with the filter as `where`. */
  | { readonly kind: "filter"; readonly method: string; readonly property: string }
  /** A further call at the end of the chain of calls that reads, where none of the others is in it. */
  | { readonly kind: "call"; readonly text: string; readonly without: readonly string[] }
  /** The statement ends in `FOR UPDATE`. */
  | { readonly kind: "statement" };

/** How an update lets the database compute. */
export type IncrementForm =
  /** `update(criteria, { column: .. })` becomes `increment(criteria, "column", amount)` or `decrement`, where nothing else is set. */
  | { readonly kind: "method"; readonly increment: string; readonly decrement: string }
  /** The value in the patch becomes `{ increment: amount }`. */
  | { readonly kind: "value"; readonly increment: string; readonly decrement: string }
  /** `row.column += amount; save(row)` becomes `increment({ key }, "column", amount)`, where nothing else was assigned. */
  | { readonly kind: "saved"; readonly increment: string; readonly decrement: string }
  /** The value in what `setter` is given becomes a tagged template that adds to the table's column. */
  | { readonly kind: "template"; readonly setter: string; readonly tag: string };
