/** The engine: everything it finds in the files of one program. Evaluations are shared by all files and all rules. */
import type { FunctionId, NodeRef } from "../ir/ir.js";
import type { Model } from "../models/model.js";
import type { ProgramFacts } from "../program/facts.js";
import { Callers } from "./callers.js";
import { Census } from "./census.js";
import { comesWith } from "./comesWith.js";
import { consequenceOf, deleteWithoutPartner, type ConsequenceContext } from "./consequence.js";
import { createEnvironment } from "./createEnvironment.js";
import { dropOf, pairsOf } from "./detect.js";
import type { AnalysisSettings, Counters, Environment } from "./environment.js";
import { functionsOf, topLevelOf } from "./functionsOf.js";
import type { Consequence, Issue, IssueKind, Place } from "./issue.js";
import { ineffectiveLocks } from "./ineffectiveLock.js";
import { lostUpdates } from "./lostUpdate.js";
import { makeIssue } from "./makeIssue.js";
import { mergeIssues } from "./mergeIssues.js";
import { sameRace } from "./sameRace.js";
import type { Drop, Pair } from "./pair.js";
import { racyInserts } from "./racyInsert.js";
import { checkedAgain } from "./recheck.js";
import { ColumnUses } from "./rows.js";
import { SameRow } from "./sameRow.js";
import { uncheckedClaims } from "./uncheckedClaim.js";
import { unitsOf, type Unit } from "./unit.js";

/** One for each kind of issue but the racy transition. */
type FurtherKind = Exclude<IssueKind, "racy-transition">;

const finders: Readonly<Record<FurtherKind, (unit: Unit, context: ConsequenceContext) => readonly Issue[]>> = {
  "lost-update": lostUpdates,
  "racy-insert": racyInserts,
  "unchecked-claim": uncheckedClaims,
  "ineffective-lock": ineffectiveLocks,
};

const furtherKinds: readonly FurtherKind[] = ["lost-update", "racy-insert", "unchecked-claim", "ineffective-lock"];
const allKinds: ReadonlySet<IssueKind> = new Set<IssueKind>(["racy-transition", ...furtherKinds]);

export class Analysis {
  readonly environment: Environment;
  readonly toolContext: ConsequenceContext;
  readonly #callers: Callers;
  readonly #pairs = new Map<FunctionId, readonly Pair[]>();

  constructor(
    private readonly facts: ProgramFacts,
    models: readonly Model[],
    settings: AnalysisSettings,
    private readonly counters: Counters,
  ) {
    this.environment = createEnvironment(facts, models, settings, counters);
    const { operations } = this.environment;
    const uses = new ColumnUses((list) => operations.element(list));
    this.#callers = new Callers(this.environment);
    this.toolContext = {
      environment: this.environment,
      uses,
      sameRow: new SameRow(this.environment, uses),
      census: new Census(this.environment),
      callers: this.#callers,
      place: (at) => this.place(at),
      heldByCallers: (pair) => this.#callers.protection(pair, this.toolContext),
    };
  }

  /** Findings of these kinds whose anchor is in the file, in source order. A pure function of program, settings, file and kinds. */
  issues(file: string, kinds = allKinds): readonly Issue[] {
    const found = functionsOf(this.environment, file).flatMap((id) => [
      ...(kinds.has("racy-transition") ? sameRace(mergeIssues(this.guarded(file, id, () => this.issuesOf(id)))) : []),
      ...this.guarded(file, id, () => this.furtherIssues(id, kinds)),
    ]);
    return mergeIssues(found.filter((issue) => issue.anchor.file === file)).toSorted(
      (a, b) => a.anchor.loc.line - b.anchor.loc.line || a.anchor.loc.column - b.anchor.loc.column,
    );
  }

  private guarded<T>(file: string, id: FunctionId, run: () => readonly T[]): readonly T[] {
    try {
      return run();
    } catch (error) {
      this.counters.internalError(file, this.facts.function(id)?.name ?? id, error);
      return [];
    }
  }

  private issuesOf(id: FunctionId): readonly Issue[] {
    const own = this.pairs(id).filter((p) => p.level === 0);
    const viaCallers = this.#callers
      .flowsAbove(id, this.toolContext)
      .flatMap((top) => this.pairs(top).filter((p) => p.level > 0 && this.isIn(p, id)));
    const remaining = this.excuse([...own, ...viaCallers]);
    const found = remaining.map((pair) => ({ pair, consequence: consequenceOf(pair, this.toolContext) }));
    return found.filter((one) => !this.comesWithAnother(one, found)).flatMap((one) => this.issue(one));
  }

  private comesWithAnother({ pair, consequence }: Found, found: readonly Found[]): boolean {
    if (consequence.kind === "partner") return false;
    const others = found.filter((o) => o.consequence.kind !== "idempotent" && comesWith(pair, o.pair, this.toolContext));
    if (others.length > 0) this.counters.count("dropped: comes with the parent's race");
    return others.length > 0;
  }

  /** Issues of the kinds that are no racy transitions. */
  private furtherIssues(id: FunctionId, kinds: ReadonlySet<IssueKind>): readonly Issue[] {
    const asked = furtherKinds.filter((kind) => kinds.has(kind));
    if (asked.length === 0) return [];
    const evaluation = this.environment.evaluation(id);
    const units = evaluation === undefined ? [] : unitsOf(evaluation);
    return units.flatMap((unit) => asked.flatMap((kind) => finders[kind](unit, this.toolContext)));
  }

  /** Check and act of the pair meet in this function. */
  private isIn(pair: Pair, id: FunctionId): boolean {
    const meeting = pair.write.path[pair.level]?.function;
    return meeting !== undefined && topLevelOf(this.environment, meeting) === id;
  }

  /** Pairs of the function's flows. */
  private pairs(id: FunctionId): readonly Pair[] {
    const known = this.#pairs.get(id);
    if (known !== undefined) return known;
    const evaluation = this.environment.evaluation(id);
    const pairs = evaluation === undefined ? [] : unitsOf(evaluation).flatMap((unit) => lowest(pairsOf(unit, this.toolContext)));
    this.#pairs.set(id, pairs);
    return pairs;
  }

  /** Drops what is protected. */
  private excuse(pairs: readonly Pair[]): readonly Pair[] {
    return pairs.filter((p) => {
      const drop = this.excuseOf(p);
      if (drop !== undefined) this.counters.count(`dropped: ${drop}`);
      return drop === undefined;
    });
  }

  private excuseOf(pair: Pair): Drop | undefined {
    return (
      dropOf(pair, this.toolContext) ??
      deleteWithoutPartner(pair, this.toolContext) ??
      this.#callers.protection(pair, this.toolContext) ??
      checkedAgain(pair, this.toolContext)
    );
  }

  private issue({ pair, consequence }: Found): readonly Issue[] {
    // Computed from what was read, and nothing more: the lost update of the same write is the issue.
    if (consequence.kind === "stale-value") return [];
    return makeIssue(pair, consequence, this.toolContext);
  }

  private place({ file, node }: NodeRef): Place {
    return { file, loc: this.facts.loc({ file, node }) };
  }
}

interface Found {
  readonly pair: Pair;
  readonly consequence: Consequence;
}

/** With several checks of a column on the way to one write, only the lowest counts: the others repeat it further up. */
function lowest(pairs: readonly Pair[]): readonly Pair[] {
  return pairs.filter(
    (p) => !pairs.some((q) => q.write === p.write && q.row === p.row && q.level > p.level && q.columns.some((c) => p.columns.includes(c))),
  );
}
