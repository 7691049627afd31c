import { createHash } from "node:crypto";
import { workerOf } from "./lanes.js";
import type { Choose } from "./scheduler/tree.js";
import { withoutLiterals } from "./sql/tokens.js";
import type { Schedule } from "./types.js";

const version = "r1";
const format = /^(r\d+)\.(\d+)\.([^.]+)\.([0-9a-f]{8})$/u;

/** The program as far as a schedule shows it: every worker's statements, without literals. */
function fingerprint({ steps }: Schedule): string {
  const hash = createHash("sha256");
  for (const { worker, kind, sql } of steps) hash.update(`${worker} ${kind} ${sql === undefined ? "" : withoutLiterals(sql)}\n`);
  return hash.digest("hex").slice(0, 8);
}

/** One line that names a schedule: version, number of workers, decisions, fingerprint. */
export function replayString(schedule: Schedule): string {
  return [version, schedule.outcomes.length, schedule.choices, fingerprint(schedule)].join(".");
}

/** Runs the one schedule that a replay string names, and refuses to run another. */
export class Replay {
  readonly choices: string;
  readonly #fingerprint: string;

  constructor(text: string, workers: number) {
    const [, found, count, choices, print] = format.exec(text.trim()) ?? [];
    if (found === undefined || count === undefined || choices === undefined || print === undefined) {
      throw new TypeError(
        `"${text}" is no replay string. Copy the whole line that the report prints, such as ${version}.2.AABBAB.0a1b2c3d.`,
      );
    }
    if (found !== version) throw new TypeError(`The replay string is of version ${found}; this explorer reads ${version}. Explore again.`);
    if (Number(count) !== workers || Array.from(choices).some((letter) => workerOf(letter) >= workers)) {
      throw new TypeError(`The replay string is of ${count} workers, but here are ${workers}.`);
    }
    this.choices = choices;
    this.#fingerprint = print;
  }

  readonly choose: Choose = ({ past, enabled, workers }) => {
    const letter = this.choices[past.length];
    if (letter !== undefined && enabled.includes(letter)) return letter;
    const wanted = letter === undefined ? "it ends there" : `it lets ${letter} through`;
    throw new ReplayMismatch(
      `The replay string is of another program: at decision ${past.length + 1} ${wanted}, but the workers are at: ${workers.join("; ")}.`,
    );
  };

  check(schedule: Schedule): void {
    if (schedule.choices.length < this.choices.length) {
      throw new ReplayMismatch(
        `The replay string is of another program: it has ${this.choices.length} decisions, and the workers ended after ${schedule.choices.length}.`,
      );
    }
    if (fingerprint(schedule) === this.#fingerprint) return;
    throw new ReplayMismatch(
      "The replay string is of another program: the same decisions led to other statements. Explore again for a string of this one.",
    );
  }
}

class ReplayMismatch extends Error {
  override readonly name = "ReplayMismatch";
}
