import type { UnfinishedReason } from "../types.js";

const mostReasons = 50;

/** Why an exploration is unfinished: each reason once, counted where the report gives a count. */
export class Reasons {
  readonly #reasons: Map<string, UnfinishedReason>;

  /** With all that `known` has; what is added does not become known there. */
  constructor(known?: Reasons) {
    this.#reasons = new Map(known?.all.map((reason) => [keyOf(reason), reason]));
  }

  add(reason: UnfinishedReason): void {
    const key = keyOf(reason);
    const known = this.#reasons.get(key);
    if (known?.kind === "unlabelled") this.#reasons.set(key, { ...known, count: known.count + 1 });
    else if (known === undefined && this.#reasons.size < mostReasons) this.#reasons.set(key, reason);
  }

  /** Whether the worker is known to wait for something outside the database already, so that no time need be lost on it again. */
  waitsOutside(worker: string): boolean {
    return this.all.some((reason) => reason.kind === "waits-outside" && reason.worker === worker);
  }

  get all(): readonly UnfinishedReason[] {
    return [...this.#reasons.values()];
  }
}

function keyOf(reason: UnfinishedReason): string {
  switch (reason.kind) {
    case "budget":
      return `${reason.kind} ${reason.limit}`;
    case "unlabelled":
    case "unbracketed":
      return `${reason.kind} ${reason.sql}`;
    case "nondeterministic":
      return `${reason.kind} ${reason.worker} ${reason.expected}`;
    case "waits-outside":
    case "waits-for-connection":
      return `${reason.kind} ${reason.worker} ${reason.after ?? ""}`;
    case "self-deadlock":
    case "caught-deadlock":
    case "outlived":
    case "lost-connection":
      return `${reason.kind} ${reason.worker} ${reason.sql}`;
    case "gave-up":
    case "overtaken":
    case "foreign-session":
      return reason.kind;
  }
}
