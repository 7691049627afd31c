import type { Place } from "../../analysis/issue.js";
import type { SyntaxFile } from "../syntaxFile.js";
import type { Surroundings } from "./surroundings.js";

/** Ends the making of a fix: no fix is better than one that may be wrong. The message completes the sentence "not fixed: ...". */
export class Withheld extends Error {
  override readonly name = "Withheld";
}

export function withhold(reason: string): never {
  throw new Withheld(reason);
}

export function fileOf(place: Place, surroundings: Surroundings): SyntaxFile {
  return surroundings.file(place.file) ?? withhold(`${place.file} cannot be read`);
}
