import type { ControlConnection } from "../database/control.js";
import { workerName } from "../lanes.js";

interface Locks {
  readonly pid: number;
  readonly touched: number[];
  readonly written: number[];
  readonly changed: boolean;
}

/**
 * Every statement locks the tables that it uses, until its transaction ends, in a mode that tells reading from writing, also those
 * that views, rules, functions and triggers use (https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES); a
 * transaction has an id of its own, and so a lock on it, only when it has changed or locked a row. Objects below 16384 are the
 * server's own.
 */
const locksQuery = {
  text: `select pid, coalesce(array_agg(distinct relation::int8) filter (where relation >= 16384), '{}')::int[] as touched,
    coalesce(array_agg(distinct relation::int8) filter (where relation >= 16384
      and mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')), '{}')::int[] as written,
    bool_or(locktype = 'transactionid' and granted and mode = 'ExclusiveLock') as changed
    from pg_locks where pid = any($1::int[]) group by pid`,
};

/** Whether the schedules can prove anything: every worker writes, and two meet on a table. Asked of the server until both are so. */
export class Evidence {
  readonly #touched: Set<number>[];
  readonly #written: Set<number>[];
  complete = false;

  constructor(workers: number) {
    this.#touched = Array.from({ length: workers }, () => new Set<number>());
    this.#written = Array.from({ length: workers }, () => new Set<number>());
  }

  /** `lanes`: the backends that have just executed a statement in a transaction that is still open, and their workers. */
  async sample(control: ControlConnection, lanes: ReadonlyMap<number, number>): Promise<void> {
    const { rows } = await control.query<Locks>(locksQuery.text, [[...lanes.keys()]]);
    for (const { pid, touched, written, changed } of rows) {
      const worker = lanes.get(pid);
      if (worker === undefined) continue;
      for (const table of touched) this.#touched[worker]?.add(table);
      if (changed) for (const table of written) this.#written[worker]?.add(table);
    }
    this.complete = this.missing().length === 0;
  }

  /** One sentence for each thing that is missing. */
  missing(): readonly string[] {
    const idle = this.#written.flatMap((tables, worker) => (tables.size === 0 ? [workerName(worker)] : []));
    const sentences = idle.map((worker) => `Worker ${worker} never wrote a row in any schedule.`);
    const meet = this.#written.some((written, one) =>
      this.#touched.some((touched, other) => one !== other && [...written].some((table) => touched.has(table))),
    );
    return meet ? sentences : [...sentences, "No two workers used a table that one of them wrote."];
  }
}
