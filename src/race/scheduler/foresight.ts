/** The letter that will be chosen after those of `past`, if it is among `enabled`; undefined where nobody can tell. */
export type Foresee = (past: string, enabled: readonly string[]) => string | undefined;

/** So many runs may be repeated for it. */
const mostBelied = 20;

/**
 * Where the decision after a statement's is known to be its own COMMIT, and the statement waits for nobody (no other transaction is
 * open, or it did not wait there in another run), the COMMIT is sent along and saves a round trip: nothing can come between the two. A
 * wait all the same or another decision belies it. Then the run is repeated; after some of them no COMMIT is sent along any more.
 */
export class Foresight {
  #times = 0;

  belied(): void {
    this.#times++;
  }

  get holds(): boolean {
    return this.#times < mostBelied;
  }
}
