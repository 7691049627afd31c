import type { Turn } from "./turns.js";

const mostRemembered = 10_000;

/**
 * Which statements waited when the same decision was made in another run with all workers at the same: whether it is worth while to
 * ask the server about them before their answer is overdue. A wrong expectation costs time, or a run that is repeated, and decides nothing.
 */
export class Expectations {
  readonly #waited = new Map<string, boolean>();
  /** Milliseconds that the answer to a statement takes which waits for nobody: the moving average. */
  usual = 1;

  /** Whether the worker's statement waits after the decision; undefined when that was not seen. */
  waits(turn: Turn, worker: number): boolean | undefined {
    return this.#waited.get(keyOf(turn, worker));
  }

  took(milliseconds: number): void {
    this.usual += (milliseconds - this.usual) / 16;
  }

  note(turn: Turn, worker: number, waits: boolean): void {
    if (this.#waited.size >= mostRemembered) this.#waited.clear();
    this.#waited.set(keyOf(turn, worker), waits);
  }
}

function keyOf({ place, letter }: Turn, worker: number): string {
  return `${worker} ${letter} ${place}`;
}
