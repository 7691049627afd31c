/** What several speakers say at once, printed one speaker after the other: the first as it speaks, the others when it has ended. */
export class Transcript {
  readonly #kept = new Map<string, string[]>();
  readonly #ended = new Set<string>();

  constructor(
    private readonly speakers: readonly string[],
    private readonly print: (text: string) => void,
  ) {}

  write(speaker: string, text: string): void {
    if (speaker === this.#first()) this.print(text);
    else this.#kept.set(speaker, [...(this.#kept.get(speaker) ?? []), text]);
  }

  /** The speaker has said all; what the next one has said so far is printed. */
  end(speaker: string): void {
    this.#ended.add(speaker);
    for (let next = this.#first(); next !== undefined; next = this.#first()) {
      for (const text of this.#kept.get(next) ?? []) this.print(text);
      this.#kept.delete(next);
      if (!this.#ended.has(next)) return;
      this.#printed.add(next);
    }
  }
  readonly #printed = new Set<string>();

  /** Whose turn it is. */
  #first(): string | undefined {
    return this.speakers.find((speaker) => !this.#printed.has(speaker));
  }
}
