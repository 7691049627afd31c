/** Something that is costly to start: started for its first user, shared, and stopped when it has had none for a while. */
export class Shared<Value> {
  readonly #start: () => Promise<Value>;
  readonly #stop: (value: Value) => Promise<void>;
  readonly #idleMilliseconds: number;
  #value: Promise<Value> | undefined;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(start: () => Promise<Value>, stop: (value: Value) => Promise<void>, idleMilliseconds: number) {
    this.#start = start;
    this.#stop = stop;
    this.#idleMilliseconds = idleMilliseconds;
  }

  /** Every `use` is followed by one `done`, also when it fails. */
  async use(): Promise<Value> {
    this.#users++;
    clearTimeout(this.#idle);
    this.#value ??= this.#start();
    const used = this.#value;
    try {
      return await used;
    } catch (error) {
      if (this.#value === used) this.#value = undefined;
      throw error;
    }
  }

  async done(): Promise<void> {
    this.#users--;
    if (this.#users > 0 || this.#value === undefined) return;
    if (this.#idleMilliseconds === 0) return this.#end();
    this.#idle = setTimeout(() => void this.#end().catch(() => undefined), this.#idleMilliseconds);
    this.#idle.unref();
  }

  /** Lets the next user start a new one, because this one is of no use any more. */
  discard(): void {
    this.#value = undefined;
  }

  async #end(): Promise<void> {
    const value = this.#value;
    if (this.#users > 0 || value === undefined) return;
    this.#value = undefined;
    await this.#stop(await value);
  }
}

/** The one value of this process (or worker thread) for the key, however many copies of this module are loaded. */
export function oncePerProcess<Value extends object>(key: string, make: () => Value): Value {
  const registry = globalThis as Record<symbol, Value | undefined>;
  const symbol = Symbol.for(`eslint-plugin-check-then-act/race/${key}`);
  return (registry[symbol] ??= make());
}
