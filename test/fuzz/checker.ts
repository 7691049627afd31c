import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Answer, Question } from "./check.js";

/** Asks a thread, which is ended and replaced if it does not answer in time. */
export class Checker {
  #thread: Worker | undefined;

  constructor(private readonly seconds: number) {}

  async check(question: Question): Promise<Answer> {
    this.#thread ??= new Worker(new URL("./check.js", import.meta.url));
    const thread = this.#thread;
    const late = new AbortController();
    const timeout = setTimeout(() => {
      late.abort();
    }, this.seconds * 1000);
    thread.postMessage(question);
    try {
      const [answer] = (await once(thread, "message", { signal: late.signal })) as [Answer];
      return answer;
    } catch (error) {
      await this.close();
      const failure = late.signal.aborted ? `no end within ${this.seconds} s` : String(error);
      return { failure, parsed: true, reports: 0, milliseconds: this.seconds * 1000 };
    } finally {
      clearTimeout(timeout);
    }
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
    this.#thread = undefined;
  }
}
