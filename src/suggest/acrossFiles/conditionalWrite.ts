import type { TSESTree } from "@typescript-eslint/utils";
import type { Issue } from "../../analysis/issue.js";
import type { Edit } from "../edit.js";
import type { SyntaxFile } from "../syntaxFile.js";
import type { ExpectedColumn } from "./expectation.js";
import type { Surroundings } from "./surroundings.js";

/** What a data layer's file is asked: make this statement ask again for what was checked, if the parameter was given. */
export interface WriteRequest {
  readonly issue: Issue;
  readonly file: SyntaxFile;
  /** The call that writes. */
  readonly call: TSESTree.CallExpression;
  /** The function's optional parameter, an object with the columns. */
  readonly parameter: string;
  readonly columns: readonly ExpectedColumn[];
  /** Names of the entity's primary key. */
  readonly key: readonly string[];
  readonly surroundings: Surroundings;
}

export interface ConditionalWrite {
  readonly edits: readonly Edit[];
  /** Property of what the awaited call then gives: the number of changed rows. */
  readonly count: string;
  /** What the call gave before is no longer there (a row), so nobody may use it. */
  readonly replacesResult: boolean;
}
