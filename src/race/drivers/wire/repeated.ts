import type { WireMessage } from "./framer.js";
import { readParse } from "./reading.js";
import { closeStatementMessage } from "./writing.js";

/**
 * What to send once more of an exchange whose statement was refused, and the answers to it that the driver must not see. The driver
 * has the answers to the first `told` messages. A prepared statement outlives the transaction, unless it has no name: that one ends
 * with the next Query (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY).
 */
export function repeated(messages: readonly WireMessage[], told: number): { readonly bytes: Buffer[]; readonly unasked: string[] } {
  const bytes: Buffer[] = [];
  const unasked: string[] = [];
  for (const [index, message] of messages.entries()) {
    const name = message.type === "P" ? readParse(message).name : undefined;
    if (index < told) {
      if (name !== "") continue;
      unasked.push("1");
    } else if (name !== undefined && name !== "") {
      bytes.push(closeStatementMessage(name));
      unasked.push("3");
    }
    bytes.push(message.bytes);
  }
  return { bytes, unasked };
}
