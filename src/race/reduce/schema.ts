import type { Catalogue, ForeignKey, Relation } from "./catalogue.js";
import { use } from "./footprint.js";
import { undisturbed } from "./understood.js";

export type Write =
  { readonly kind: "insert" } | { readonly kind: "delete" } | { readonly kind: "update"; readonly columns: readonly string[] };

/** The catalogue, asked by name. */
export class Schema {
  readonly hidden: boolean;
  readonly #tables = new Map<string, Relation>();
  readonly #immutable: ReadonlySet<string>;
  readonly #suspects: ReadonlySet<string>;
  readonly #foreignKeys: readonly ForeignKey[];
  readonly #silent = new Map<string, boolean>();
  readonly #computes: (expression: string) => boolean;

  /** `computes` says whether an expression calls nothing but what computes. */
  constructor({ relations, foreignKeys, immutable, suspects, hidden }: Catalogue, computes: (expression: string) => boolean) {
    this.hidden = hidden;
    this.#immutable = new Set(immutable);
    this.#suspects = new Set(suspects);
    this.#foreignKeys = foreignKeys;
    this.#computes = computes;
    for (const relation of relations) this.#tables.set(relation.name, merged(this.#tables.get(relation.name), relation));
  }

  /** Whether reading the name reads that table and nothing else. */
  isTable(name: string): boolean {
    return this.#tables.get(name)?.plain === true;
  }

  computes(name: string): boolean {
    return (this.#immutable.has(name) || undisturbed.has(name)) && !this.#suspects.has(name);
  }

  isSuspect(name: string): boolean {
    return this.#suspects.has(name);
  }

  /**
   * Adds what a write uses, with the checks of foreign keys: parents' rows are locked, children's are looked at, or changed by a
   * cascade, when a row goes or a column that they refer to changes. False if it may do more.
   */
  addWrite(name: string, write: Write, uses: Map<string, number>): boolean {
    if (!this.#isSilent(name)) return false;
    add(uses, name, use.read | use.write);
    for (const { child, parent } of this.#foreignKeys) if (child === name) add(uses, parent, use.read | use.lock);
    if (write.kind === "insert") return true;
    const touched = this.#foreignKeys.filter(({ parent, columns }) => parent === name && refersTo(columns, write));
    // A cascade may change any column of the child, and so go on to the child's own children.
    return touched.every(({ child }) => isWritten(uses.get(child)) || this.addWrite(child, { kind: "delete" }, uses));
  }

  /** Writing the table runs nothing but the server's own checks. */
  #isSilent(name: string): boolean {
    const known = this.#silent.get(name);
    if (known !== undefined) return known;
    const table = this.#tables.get(name);
    const silent = table !== undefined && table.plain && table.quiet && table.expressions.every(this.#computes);
    this.#silent.set(name, silent);
    return silent;
  }
}

function merged(one: Relation | undefined, other: Relation): Relation {
  if (one === undefined) return other;
  const expressions = [...one.expressions, ...other.expressions];
  return { name: one.name, plain: one.plain && other.plain, quiet: one.quiet && other.quiet, expressions };
}

function refersTo(columns: readonly string[], write: Write): boolean {
  return write.kind !== "update" || write.columns.some((column) => columns.includes(column));
}

function isWritten(bits: number | undefined): boolean {
  return ((bits ?? 0) & use.write) !== 0;
}

function add(uses: Map<string, number>, table: string, bits: number): void {
  uses.set(table, (uses.get(table) ?? 0) | bits);
}
