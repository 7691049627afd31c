import type { Judged } from "./exploration.js";
import { withoutLiterals } from "./sql/tokens.js";
import type { Schedule } from "./types.js";

/** More than any program has that decides by what it reads; one that takes another course each time is not deterministic. */
const most = 16;

/** What one worker did, apart from when: its statements, how the server answered them, and how it ended. */
function courseOf({ steps }: Schedule, worker: string): string {
  const own = steps.filter((step) => step.worker === worker);
  const told = own.map(({ kind, sql, rowCount, error, label }) => [kind, sql && withoutLiterals(sql), rowCount, error?.sqlState, label]);
  return JSON.stringify([worker, told]);
}

/** A schedule to run once more, and what every worker was at in it. */
export type Sample = Pick<Judged, "schedule" | "trace">;

/**
 * Schedules that together have every course that a worker took. What a worker does depends on what it gets, so what is true of it in
 * these runs (who else used the database meanwhile, whether it repeats itself) is true of it in all.
 */
export class Courses {
  readonly samples: Sample[] = [];
  readonly #seen = new Set<string>();

  note({ schedule, trace }: Judged): void {
    const { size } = this.#seen;
    for (const { worker } of schedule.outcomes) this.#seen.add(courseOf(schedule, worker));
    if (this.#seen.size > size && this.samples.length < most) this.samples.push({ schedule, trace });
  }
}
