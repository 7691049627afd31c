import type { Host } from "../host/host.js";
import type { News } from "./news.js";

/**
 * How long nothing has been heard. A busy machine, or a process that was stopped, delays what is to come and the timer alike, so what
 * counts is not the time on the clock: no wait counts for more than it was to take, and of a worker's silence only what its event
 * loop has spent with nothing to do.
 */
export class Silence {
  readonly #news: News;
  readonly #host: Host;
  #told = -1;
  /** What the event loop of each worker has idled in all, when last asked. */
  #idled: readonly number[] = [];
  #still: readonly number[] = [];
  /** Milliseconds waited, whatever the workers did. */
  waited = 0;

  constructor(news: News, host: Host) {
    this.#news = news;
    this.#host = host;
  }

  /** Begins anew. */
  begin(): void {
    this.#told = -1;
  }

  /** A wait that was to take so long is over, and nothing came. The first after something came does not count. */
  add(milliseconds: number): void {
    if (this.#told !== this.#news.told) {
      this.#told = this.#news.told;
      this.#idled = this.#read();
      this.#still = this.#idled.map(() => 0);
      this.waited = 0;
      return;
    }
    const idled = this.#read();
    this.#still = this.#still.map((still, worker) => still + Math.min(milliseconds, (idled[worker] ?? 0) - (this.#idled[worker] ?? 0)));
    this.#idled = idled;
    this.waited += milliseconds;
  }

  /** Milliseconds that the worker has had nothing to do. */
  of(worker: number): number {
    return this.#still[worker] ?? 0;
  }

  #read(): readonly number[] {
    return Array.from({ length: this.#host.size }, (_, worker) => this.#host.idled(worker));
  }
}
