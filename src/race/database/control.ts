import type pg from "pg";
import type { Sql } from "../types.js";
import { parseConnectionString } from "./connectionString.js";
import { connect } from "./pg.js";

/**
 * The explorer's own connections to the database under test: one for `reset` and `invariant`, one to ask the server who waits, so that
 * a question never queues behind a statement of the user's.
 */
export interface ControlConnection extends Sql {
  /**
   * Backend pid to the pids of the backends it waits for. Only those that wait are in it, all at one moment; none for one that went on
   * right after.
   */
  blockers(pids: readonly number[]): Promise<ReadonlyMap<number, readonly number[]>>;
  /** Cancels the statement that a backend runs, as a user's Ctrl+C does. */
  cancel(pid: number): Promise<void>;
  /** Ends all other connections to this database but the control's own and returns how many there were. */
  endOthers(): Promise<number>;
  end(): Promise<void>;
}

interface Wait {
  readonly pid: number;
  readonly blockers: readonly number[];
}

const blockersOfOne = {
  name: "check_then_act_blockers_of_one",
  text: "select $1::int as pid, blockers from pg_blocking_pids($1) as blockers where blockers <> '{}'",
};

/**
 * `pg_blocking_pids` looks at one after the other, so one might go on while the next is looked at. `pg_locks` has all at one moment
 * (https://www.postgresql.org/docs/current/view-pg-locks.html), and is read first: if everybody waits there, nothing moves that could change whom they wait for.
 */
const blockersOfSeveral = {
  name: "check_then_act_blockers_of_several",
  text: `with waiting as materialized (select distinct pid from pg_locks where not granted and pid = any($1::int[]))
    select pid, pg_blocking_pids(pid) as blockers from waiting`,
};

class PgControl implements ControlConnection {
  readonly #statements: pg.Client;
  readonly #questions: pg.Client;
  #lastQuestion: Promise<unknown> = Promise.resolve();

  constructor(statements: pg.Client, questions: pg.Client) {
    this.#statements = statements;
    this.#questions = questions;
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller says what its rows are, as with pg
  async query<Row>(text: string, values?: readonly unknown[]): Promise<{ rows: Row[]; rowCount: number | null }> {
    const last = lastOf(await this.#statements.query(text, values && [...values]));
    return { rows: (last?.rows ?? []) as Row[], rowCount: last?.rowCount ?? null };
  }

  /**
   * `pg_blocking_pids` names holders of the lock and those ahead in its queue, for row, transaction and advisory locks; a prepared
   * transaction is named 0. https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SESSION-TABLE
   */
  async blockers(pids: readonly number[]): Promise<ReadonlyMap<number, readonly number[]>> {
    const [pid] = pids;
    if (pid === undefined) return new Map();
    const { rows } = await this.#ask<Wait>(
      pids.length > 1 ? { ...blockersOfSeveral, values: [pids] } : { ...blockersOfOne, values: [pid] },
    );
    return new Map(rows.map((row) => [row.pid, row.blockers]));
  }

  async cancel(pid: number): Promise<void> {
    await this.#ask({ text: "select pg_cancel_backend($1)", values: [pid] });
  }

  /** pg wants one statement answered before it is given the next. */
  async #ask<Row extends pg.QueryResultRow>(config: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    const answer = this.#lastQuestion.then(() => this.#questions.query<Row>(config));
    this.#lastQuestion = answer.catch(() => undefined);
    return answer;
  }

  async endOthers(): Promise<number> {
    const { rows: own } = await this.#statements.query<{ pid: number }>("select pg_backend_pid() as pid");
    const { rowCount } = await this.#questions.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> all($1::int[] || pg_backend_pid()) and backend_type = 'client backend'`,
      [own.map((row) => row.pid)],
    );
    return rowCount ?? 0;
  }

  async end(): Promise<void> {
    await Promise.all([this.#statements.end(), this.#questions.end()]);
  }
}

/**
 * pg answers a text of several statements with one result each, which its types leave out:
 * https://node-postgres.com/features/queries#multiple-statements
 */
function lastOf(answer: pg.QueryResult | readonly pg.QueryResult[]): pg.QueryResult | undefined {
  return "rows" in answer ? answer : answer.at(-1);
}

/** Opens the explorer's own, uncontrolled connections to the database that `open()` gave. */
export async function controlConnection(connectionString: string): Promise<ControlConnection> {
  const url = parseConnectionString(connectionString);
  const statements = await connect(url);
  try {
    return new PgControl(statements, await connect(url));
  } catch (error) {
    await statements.end();
    throw error;
  }
}
