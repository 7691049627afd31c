import type { ControlConnection } from "../database/control.js";
import { readCatalogue } from "./catalogue.js";
import type { Dependent } from "./effects.js";
import { ReductionRefused } from "./readCommitted.js";
import { dependent, ReducedTree } from "./reducedTree.js";
import { StatementReader } from "./statementReader.js";
import { loadParser } from "./syntax.js";

export interface Reduction {
  readonly search: ReducedTree;
  /** Throws if the schema is another than when the exploration began, so that footprints were wrong. */
  check(): Promise<void>;
}

/** Reads the catalogue as `reset` left it. `relation` is there for tests of the tests. */
export async function beginReduction(control: ControlConnection, relation: Dependent = dependent): Promise<Reduction> {
  const catalogue = await readCatalogue(control);
  const before = JSON.stringify(catalogue);
  const search = new ReducedTree(new StatementReader(catalogue, await loadParser()), relation);
  return {
    search,
    async check() {
      if (JSON.stringify(await readCatalogue(control)) !== before) throw new ReductionRefused("the schema changed while schedules ran");
    },
  };
}
