/**
 * What the adapter uses of pg's client, all of it unchanged from 8.0 to 8.23 but for `activeQuery`, which became `_activeQuery` in
 * 8.21: https://github.com/brianc/node-postgres/blob/master/packages/pg/lib/client.js
 */
export interface PgClient {
  readonly connection: PgConnection;
  readonly processID: number | null;
  readonly connectionParameters?: { readonly query_timeout?: number };
  readonly _queryable: boolean;
  readonly _ending: boolean;
  readonly _txStatus?: string | null;
  readonly database?: string;
  readyForQuery: boolean;
  pipeline?: boolean;
  _pulseQueryQueue(): void;
  query(...args: unknown[]): unknown;
  connect(callback?: (error: unknown) => void): unknown;
  end(): Promise<void>;
  on(event: "error", listener: () => void): void;
  once(event: "end", listener: () => void): void;
  /** The query whose answers the client is reading. */
  activeQuery?: unknown;
  _activeQuery?: unknown;
}

export interface PgConnection {
  readonly stream: { write(data: Uint8Array): unknown; cork?(): void; uncork?(): void };
  query(text: string): void;
  once(event: "readyForQuery" | "end", listener: () => void): void;
  prependListener(event: "readyForQuery", listener: (message: { readonly status?: string }) => void): void;
}

/** pg's `Query`, a cursor, a query stream or any other object with a `submit`. */
export interface PgQuery {
  text?: string;
  values?: readonly unknown[];
  name?: string | undefined;
  rows?: number;
  query_timeout?: number;
  callback?: (error: unknown, result?: unknown) => void;
  /** pg-query-stream's cursor. */
  readonly cursor?: PgQuery;
  _result?: PgResult;
  _results?: unknown;
  _rowMode?: unknown;
  submit(connection: PgConnection): Error | null | undefined;
  handleReadyForQuery(connection: PgConnection): void;
  handleError(error: unknown, connection: PgConnection): void;
  handleCommandComplete(message: { readonly text: string }, connection: PgConnection): void;
  handleRowDescription(message: unknown): void;
}

export type PgResult = object & { readonly constructor: new (rowMode: unknown, types: unknown) => PgResult; _types?: unknown };

export interface PgClientClass {
  readonly prototype: PgClient;
  readonly Query: new (...args: unknown[]) => PgQuery;
}

export interface PgPool {
  readonly waitingCount: number;
  readonly idleCount: number;
  readonly totalCount: number;
  readonly options: { readonly max: number };
  connect(callback?: (...args: unknown[]) => void): unknown;
}
