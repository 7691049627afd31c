import type { WireMessage } from "./framer.js";

/** Reads the fields of a message in their order: https://www.postgresql.org/docs/current/protocol-message-formats.html */
class Fields {
  readonly #bytes: Buffer;
  #at = 5;

  constructor({ bytes }: WireMessage) {
    this.#bytes = bytes;
  }

  string(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    const text = this.#bytes.toString("utf8", this.#at, end);
    this.#at = end + 1;
    return text;
  }

  int16(): number {
    const value = this.#bytes.readInt16BE(this.#at);
    this.#at += 2;
    return value;
  }

  int32(): number {
    const value = this.#bytes.readInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  value(isBinary: boolean): string | Buffer | null {
    const length = this.int32();
    if (length < 0) return null;
    const bytes = this.#bytes.subarray(this.#at, (this.#at += length));
    return isBinary ? bytes : bytes.toString();
  }
}

/** Of a Query, the text of its statements. */
export function readQuery(message: WireMessage): string {
  return new Fields(message).string();
}

export function readParse(message: WireMessage): { readonly name: string; readonly text: string } {
  const fields = new Fields(message);
  return { name: fields.string(), text: fields.string() };
}

export function readBind(message: WireMessage): { readonly statement: string; readonly values: readonly unknown[] } {
  const fields = new Fields(message);
  fields.string();
  const statement = fields.string();
  const formats = Array.from({ length: fields.int16() }, () => fields.int16());
  // One format is for all of them, none means text.
  const values = Array.from({ length: fields.int16() }, (_, index) => fields.value((formats[index] ?? formats[0]) === 1));
  return { statement, values };
}

/** Whether an Execute asks for some of the rows only. */
export function readsInPieces(message: WireMessage): boolean {
  const fields = new Fields(message);
  fields.string();
  return fields.int32() > 0;
}

export function readTag(message: WireMessage): string {
  return new Fields(message).string();
}

/** Of a BackendKeyData. */
export function readKey({ bytes }: WireMessage): { readonly pid: number; readonly secret: number } {
  return { pid: bytes.readUInt32BE(5), secret: bytes.readUInt32BE(9) };
}

/** Of a ReadyForQuery: I, T or E. */
export function readStatus({ bytes }: WireMessage): string {
  return String.fromCharCode(bytes[5] ?? 0);
}

/** The fields of an ErrorResponse by their letters: https://www.postgresql.org/docs/current/protocol-error-fields.html */
export function readError(message: WireMessage): Map<string, string> {
  const fields = new Fields(message);
  const found = new Map<string, string>();
  for (let field = fields.string(); field !== ""; field = fields.string()) found.set(field.slice(0, 1), field.slice(1));
  return found;
}
