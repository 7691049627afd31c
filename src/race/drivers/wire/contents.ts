import type { WireMessage } from "./framer.js";
import { readBind, readParse, readQuery, readsInPieces } from "./reading.js";

/** The messages after which the server answers with ReadyForQuery: Sync, Query, FunctionCall. */
const closing = new Set(["S", "Q", "F"]);

/** What the messages of an exchange ask the server to do. */
export class Contents {
  closed = false;
  /** Some of the rows only are asked for. */
  inPieces = false;
  values: readonly unknown[] = [];
  readonly messages: WireMessage[] = [];
  readonly #prepared: Map<string, string>;
  readonly #texts: string[] = [];
  readonly #parsed = new Set<string>();

  /** `prepared`: the texts of the connection's prepared statements, by name. */
  constructor(prepared: Map<string, string>) {
    this.#prepared = prepared;
  }

  get sql(): string {
    return this.#texts.join("; ");
  }

  add(message: WireMessage): void {
    const { type } = message;
    this.messages.push(message);
    if (closing.has(type)) this.closed = true;
    if (type === "Q") this.#texts.push(readQuery(message));
    // A function that is called by its number, with locks and effects that its name would not tell either.
    else if (type === "F") this.#texts.push("function call");
    else if (type === "P") this.#parse(readParse(message));
    else if (type === "B") this.#bind(readBind(message));
    else if (type === "E" && readsInPieces(message)) this.inPieces = true;
  }

  #parse({ name, text }: { readonly name: string; readonly text: string }): void {
    this.#prepared.set(name, text);
    this.#parsed.add(name);
    this.#texts.push(text);
  }

  #bind({ statement, values }: { readonly statement: string; readonly values: readonly unknown[] }): void {
    this.values = [...this.values, ...values];
    if (!this.#parsed.has(statement)) this.#texts.push(this.#prepared.get(statement) ?? `execute ${statement}`);
  }
}
