import { addressOf, databaseOf } from "./connectionString.js";
import { codeOf, DatabaseError, messageOf } from "./databaseError.js";

type Sentence = (url: URL, message: string) => string;

const user = (url: URL): string => decodeURIComponent(url.username);

const unreachable: Sentence = (url) =>
  `No PostgreSQL server answers at ${addressOf(url)}. Start it, correct the connection string, or leave it out to use the embedded server.`;

const rejected: Sentence = (url) =>
  `The server at ${addressOf(url)} refuses the password of "${user(url)}". Correct user and password in the connection string.`;

/**
 * Node's error codes (https://nodejs.org/api/errors.html#common-system-errors) and SQLSTATE codes
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html) of what goes wrong before the first statement of a worker.
 */
const sentences: Readonly<Record<string, Sentence>> = {
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ETIMEDOUT: unreachable,
  ENOENT: unreachable,
  ENOTFOUND: (url) => `The host of ${addressOf(url)} is unknown. Correct it in the connection string.`,
  EAI_AGAIN: (url) =>
    `The name of the host of ${addressOf(url)} could not be looked up. Check the network, or correct the connection string.`,
  "28P01": rejected,
  "28000": (url, message) =>
    `The server at ${addressOf(url)} does not let "${user(url)}" in (${message}). Create the role, or allow it in the server's pg_hba.conf.`,
  "3D000": (url) =>
    `The server at ${addressOf(url)} has no database "${databaseOf(url)}". Name one that exists; it is only used to create another from.`,
  "42501": (url) =>
    `"${user(url)}" may not create databases at ${addressOf(url)}. Run ALTER ROLE "${user(url)}" CREATEDB, or pass allowExisting: true with the connection string of a database whose rows may be lost.`,
  "53300": (url) => `The server at ${addressOf(url)} has no connection left. Raise its max_connections, or end what uses them.`,
  "57P03": (url) => `The server at ${addressOf(url)} is starting up or shutting down. Try again when it accepts connections.`,
};

/** pg's own messages, which have no code: https://github.com/brianc/node-postgres/blob/master/packages/pg/lib/client.js */
const uncoded: readonly (readonly [RegExp, Sentence])[] = [
  [/timeout/i, unreachable],
  [/terminated unexpectedly/i, unreachable],
  [
    /password must be a (non-empty )?string/i,
    (url) => `The server at ${addressOf(url)} asks for a password. Put it into the connection string.`,
  ],
  [
    /does not support SSL/i,
    (url) => `The server at ${addressOf(url)} does not speak TLS. Remove sslmode from the connection string, or turn TLS on.`,
  ],
];

/** Turns what pg threw while a connection or a database was made into one sentence with the remedy. */
export function explain(error: unknown, url: URL): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const message = messageOf(error);
  const code = codeOf(error);
  const sentence = code === undefined ? uncoded.find(([pattern]) => pattern.test(message))?.[1] : sentences[code];
  const text = sentence?.(url, message) ?? `The server at ${addressOf(url)} refused: ${message}`;
  return new DatabaseError(text, { cause: error });
}
