import type { ControlConnection } from "./database/control.js";

interface Sample {
  /** How many sessions the database has had. One is counted when it rests for the first time, or soon after where others are counted too. */
  readonly opened: number;
  readonly at: string;
}

/** https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-DATABASE-VIEW, `sessions` since PostgreSQL 14. */
const sampleQuery = `select coalesce((to_jsonb(stats)->>'sessions')::int, 0) as opened, clock_timestamp()::text as at
  from pg_stat_database as stats where datname = current_database()`;

/** Those that have done something since; the explorer's own have its name. */
const livingQuery = `select pid, query from pg_stat_activity where datname = current_database() and backend_type = 'client backend'
  and application_name <> 'check-then-act' and state_change >= $1::timestamptz`;

/** The two connections of `ControlConnection`. */
const ofExplorer = 2;

export interface ForeignSession {
  readonly sql: string | undefined;
}

/**
 * Looks for sessions of the database that no agent knows: child processes of a worker, drivers that are not intercepted, and in a
 * database that is not the explorer's own whoever else uses it. Their statements have no scheduling points, so whatever was explored does not cover them.
 */
export class SessionWatch {
  readonly #control: ControlConnection;
  readonly #before: Sample;
  readonly #known: number;
  readonly #isOwn: boolean;

  private constructor(control: ControlConnection, before: Sample, known: number, isOwn: boolean) {
    this.#control = control;
    this.#before = before;
    this.#known = known;
    this.#isOwn = isOwn;
  }

  /**
   * `known`: the server's processes that agents have connected to so far. Only in a database of the explorer's own are sessions counted:
   * elsewhere others may come and go, and what they did while they were there is not known.
   */
  static async begin(control: ControlConnection, known: ReadonlySet<number>, isOwn: boolean): Promise<SessionWatch> {
    return new SessionWatch(control, await sample(control), known.size, isOwn);
  }

  async end(known: ReadonlySet<number>): Promise<ForeignSession | undefined> {
    const { rows } = await this.#control.query<{ pid: number; query: string }>(livingQuery, [this.#before.at]);
    const living = rows.find(({ pid }) => !known.has(pid));
    if (living !== undefined) return { sql: living.query };
    if (!this.#isOwn) return undefined;
    const { opened } = await sample(this.#control);
    // Those that agents had opened before may be counted only now.
    const expected = Math.max(this.#before.opened, this.#known + ofExplorer) + known.size - this.#known;
    return opened > expected ? { sql: undefined } : undefined;
  }
}

async function sample(control: ControlConnection): Promise<Sample> {
  const { rows } = await control.query<Sample>(sampleQuery);
  return rows[0] ?? { opened: 0, at: "-infinity" };
}
