/** Lets one waiter sleep until something happens, or for a time. */
export class News {
  /** Counts what happened: a waiter that has seen the count missed nothing. */
  count = 0;
  /** When something last happened. */
  at = performance.now();
  #wake: ((news: boolean) => void) | undefined;

  tell(): void {
    this.at = performance.now();
    this.stir();
  }

  /** Wakes the waiter although nothing happened: a question was answered. */
  stir(): void {
    this.count++;
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.(true);
  }

  /** False when the time passed without news. `seen` is the count that the waiter knows of. */
  wait(milliseconds: number, seen: number): Promise<boolean> {
    if (seen !== this.count) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#wake = undefined;
        resolve(false);
      }, milliseconds);
      this.#wake = (news) => {
        clearTimeout(timer);
        resolve(news);
      };
    });
  }
}
