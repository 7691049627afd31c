/**
 * Whether the server may ask for rows in the middle of the statement, as `COPY .. FROM STDIN` does: a COMMIT that is sent along would come
 * among them, which breaks the connection
 * (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY). Any text with the word in it counts: the COMMIT is sent
 * later then, which is right as well.
 */
export function mayTakeRows(sql: string): boolean {
  return /\bcopy\b/i.test(sql);
}
