/** So many pieces a long wait has: one that is over at once, because the process was stopped meanwhile, is not the whole of it. */
const pieces = 10;

/** Lets one waiter sleep until something happens, or for a time. */
export class News {
  /** Counts what happened: a waiter that has seen the count missed nothing. */
  count = 0;
  /** Counts what the agents told. */
  told = 0;
  #wake: ((news: boolean) => void) | undefined;

  tell(): void {
    this.told++;
    this.stir();
  }

  /** Wakes the waiter although nothing was told: a question was answered. */
  stir(): void {
    this.count++;
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.(true);
  }

  /**
   * False when the time passed without news. `seen` is the count that the waiter knows of. What has arrived is handled before, however
   * late the timer rings: the turn of the event loop that calls it asks for events once more before it comes to `setImmediate`.
   */
  wait(milliseconds: number, seen: number): Promise<boolean> {
    if (seen !== this.count) return Promise.resolve(true);
    return new Promise((resolve) => {
      let last: NodeJS.Immediate | undefined;
      const over = (): void => {
        this.#wake = undefined;
        resolve(false);
      };
      const timer = setTimeout(() => (last = setImmediate(over)), milliseconds);
      this.#wake = (news) => {
        clearTimeout(timer);
        clearImmediate(last);
        resolve(news);
      };
    });
  }

  /** As `wait`, for times after which the verdict is another. */
  async outwait(milliseconds: number, seen: number): Promise<boolean> {
    for (let piece = 0; piece < pieces; piece++) if (await this.wait(milliseconds / pieces, seen)) return true;
    return false;
  }
}
