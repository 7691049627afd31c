import type { Keeper } from "./keeper.js";
import { identify, mayLive, type ProcessIdentity } from "./processes.js";

const product = "eslint-plugin-check-then-act";

/** Who answers for a database or a folder; it is nobody's when none of them lives. */
interface Owners {
  readonly madeBy: string;
  readonly owners: readonly ProcessIdentity[];
}

/** What is written beside each thing that this process makes and its keeper undoes. */
export function ownersText(keeper: Keeper): string {
  return JSON.stringify({ madeBy: product, owners: [identify(process.pid), keeper.identity] } satisfies Owners);
}

/** Whether the text was written by `ownersText` and all whom it names are known to be dead. */
export function isAbandoned(text: string): boolean {
  try {
    const { madeBy, owners } = JSON.parse(text) as Owners;
    return madeBy === product && owners.length > 0 && !owners.some(mayLive);
  } catch {
    return false;
  }
}
