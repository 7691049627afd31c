/** A message of https://www.postgresql.org/docs/current/protocol-message-formats.html: type, length with itself, body. */
export function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

/** Unnamed statement, its text, no parameter types. */
const parse = message("P", Buffer.concat([Buffer.from("\0BEGIN\0"), Buffer.alloc(2)]));
/** Unnamed portal and statement, no parameter formats, parameters, result formats. */
const bind = message("B", Buffer.concat([Buffer.from("\0\0"), Buffer.alloc(6)]));
/** Unnamed portal, all rows. */
const execute = message("E", Buffer.concat([Buffer.from("\0"), Buffer.alloc(4)]));

/**
 * BEGIN without a Sync behind it, to be sent in one flight with the statement that it brackets: the server answers with one
 * ReadyForQuery for both, so that pg, which waits for one, need not know, and no round trip is added.
 */
export const beginMessages = Buffer.concat([parse, bind, execute]);

/** A statement in the simple protocol. */
export function queryMessage(sql: string): Buffer {
  return message("Q", Buffer.from(`${sql}\0`));
}

export const syncMessage = message("S", Buffer.alloc(0));
