import { oncePerProcess } from "../database/shared.js";
import type { PgConnection } from "./pgTypes.js";

/** Connections of pg's clients that are being opened: what is sent through them is intercepted in pg. */
function connections(): Set<PgConnection> {
  return oncePerProcess("pgConnections", () => new Set<PgConnection>());
}

export function knowConnection(connection: PgConnection): void {
  const forget = (): void => void connections().delete(connection);
  connections().add(connection);
  connection.once("readyForQuery", forget);
  connection.once("end", forget);
}

/** Whether the socket, on which a connection to PostgreSQL begins, is that of a client of pg. */
export function isOfPg(socket: object): boolean {
  for (const { stream } of connections()) if (stream === socket) return true;
  return false;
}
