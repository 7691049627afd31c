import type { Catalogue } from "./catalogue.js";
import { type Footprint, joined } from "./footprint.js";
import { Reading } from "./reading.js";
import { Schema } from "./schema.js";
import type { Parse, Tree } from "./syntax.js";
import { keepsSchema } from "./understood.js";

const mostRemembered = 2000;

/** What a statement does with which tables, from its parsed text and the catalogue. */
export class StatementReader {
  readonly #parse: Parse;
  readonly #schema: Schema;
  readonly #remembered = new Map<string, Footprint>();
  /** A statement was read that may have changed the schema: what the catalogue said need not be so any more. */
  #stale = false;

  constructor(catalogue: Catalogue, parse: Parse) {
    this.#parse = parse;
    this.#schema = new Schema(catalogue, (expression) => {
      const footprint = this.#readText(`select ${expression}`);
      return footprint !== "everything" && footprint.size === 0;
    });
  }

  read(sql: string): Footprint {
    if (this.#stale) return "everything";
    const known = this.#remembered.get(sql);
    if (known !== undefined) return known;
    const footprint = this.#readText(sql);
    if (this.#remembered.size >= mostRemembered) this.#remembered.clear();
    this.#remembered.set(sql, footprint);
    return footprint;
  }

  #readText(sql: string): Footprint {
    const statements = this.#parse(sql);
    if (statements === undefined) return "everything";
    if (statements.some((statement) => Object.keys(statement).some((type) => !keepsSchema.has(type)))) this.#stale = true;
    return statements.map((statement) => this.#readOne(statement)).reduce(joined, new Map());
  }

  #readOne(statement: Tree): Footprint {
    if (this.#schema.hidden) return "everything";
    const reading = new Reading(this.#schema);
    reading.read(statement);
    return reading.understood ? reading.uses : "everything";
  }
}
