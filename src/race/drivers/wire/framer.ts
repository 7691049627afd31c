/** One message as it is on the wire: type, length with itself, body. */
export interface WireMessage {
  readonly type: string;
  readonly bytes: Buffer;
}

const header = 5;

/** Cuts what one side sends into messages, however the bytes are divided. */
export class Framer {
  #chunks: Buffer[] = [];
  #length = 0;
  #wanted = header;

  take(chunk: Buffer): WireMessage[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#wanted) return [];
    const bytes = Buffer.concat(this.#chunks);
    const messages: WireMessage[] = [];
    let at = 0;
    this.#wanted = header;
    while (bytes.length - at >= header) {
      const length = 1 + bytes.readUInt32BE(at + 1);
      if (bytes.length - at < length) {
        this.#wanted = length;
        break;
      }
      messages.push({ type: String.fromCharCode(bytes[at] ?? 0), bytes: bytes.subarray(at, at + length) });
      at += length;
    }
    this.#chunks = [bytes.subarray(at)];
    this.#length = bytes.length - at;
    return messages;
  }
}
