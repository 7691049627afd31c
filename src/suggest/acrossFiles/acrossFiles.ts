/**
 * A fix for a race whose check and write are in different functions: the function that writes takes what was checked as one more, optional
 * argument, makes its statement conditional on it and says whether a row changed; the function that checks passes it, and leaves by the
 * check's own exit if none did. Callers that pass nothing go on as before.
 */
import type { Issue, Place, Repair } from "../../analysis/issue.js";
import type { Edit } from "../edit.js";
import { callSiteEdits } from "./callSite.js";
import { expectationOf } from "./expectation.js";
import { guardOf } from "./guard.js";
import { makeConditional } from "./makeConditional.js";
import type { Surroundings } from "./surroundings.js";
import { fileOf, withhold, Withheld } from "./withheld.js";
import { awaitStatement } from "./writeFunction.js";

export type Proposal =
  | { readonly kind: "edits"; readonly edits: readonly Edit[] }
  /** The reason completes the sentence "not fixed: ...". */
  | { readonly kind: "withheld"; readonly reason: string };

export function fixAcrossFiles(issue: Issue, surroundings: Surroundings): Proposal {
  try {
    return { kind: "edits", edits: editsOf(issue, surroundings) };
  } catch (error) {
    if (error instanceof Withheld) return { kind: "withheld", reason: error.message };
    throw error;
  }
}

function editsOf(issue: Issue, surroundings: Surroundings): readonly Edit[] {
  const repair = repairable(issue);
  const [anchor, ...below] = repair.path;
  if (anchor === undefined || below.length === 0)
    return withhold("check and write are in one function, and the rule has no suggestion for them");
  const file = fileOf(anchor, surroundings);
  const call = file.callNamedAt(anchor) ?? withhold("the reported call is not found in its file");
  const statement = awaitStatement(file, call);
  const guard = guardOf(issue, file, statement);
  const expectation = expectationOf(repair.columns, guard, { file, entity: issue.entity, surroundings });
  const made = makeConditional({ issue, repair, expectation, surroundings }, anchor, below);
  return [...made.edits, ...callSiteEdits(file, { guard, call, statement, argument: expectation.argument, made })];
}

/** @throws {Withheld} where a conditional write would not help, or is not what the author wants */
function repairable({ repair, consequence, otherWrites }: Issue): Repair {
  const [early] = repair?.early ?? [];
  if (repair === undefined) return withhold("only a check that is followed by a write is fixed across functions");
  if (consequence.kind === "stale-value") return withhold("the new value is computed from the value read; let the database compute it");
  if (early !== undefined)
    return withhold(
      `what happens at ${lineOf(early)} comes before the write; claim the row before it, with a state of its own ('processing')`,
    );
  if (otherWrites.length > 0) return withhold("the call leads to several writes");
  if (!repair.usedUp && consequence.kind !== "partner")
    return withhold("what is written may pass the check again, so that a second caller would win as well");
  return repair;
}

function lineOf({ file, loc }: Place): string {
  return `${file.split("/").at(-1) ?? file}:${loc.line}`;
}
