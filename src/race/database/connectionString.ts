import { DatabaseError } from "./databaseError.js";

const remedy = "Write it as postgresql://user:password@host:5432/database.";

/** Reads a connection string; never repeats it in an error, because it holds a password. */
export function parseConnectionString(connectionString: string): URL {
  if (!URL.canParse(connectionString)) throw new DatabaseError(`The connection string is not a URL. ${remedy}`);
  const url = new URL(connectionString);
  if (url.protocol !== "postgres:" && url.protocol !== "postgresql:") {
    throw new DatabaseError(`The connection string starts with "${url.protocol}", which is not PostgreSQL. ${remedy}`);
  }
  return url;
}

/** The database that the URL names; libpq and pg take the user's name when it names none. */
export function databaseOf(url: URL): string {
  return decodeURIComponent(url.pathname.slice(1)) || decodeURIComponent(url.username);
}

/** The same server, user and parameters, and another database. */
export function withDatabase(url: URL, database: string): URL {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other;
}

/** Host and port, or the socket's folder: what an error may show. */
export function addressOf(url: URL): string {
  const socket = url.searchParams.get("host") ?? decodeURIComponent(url.hostname);
  if (socket.startsWith("/")) return socket;
  return `${socket === "" ? "localhost" : socket}:${url.port === "" ? "5432" : url.port}`;
}
