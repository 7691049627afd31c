/** A fixture with what is suggested for it done: judged by the same workers, reset and invariant. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as tsParser from "@typescript-eslint/parser";
import ts from "typescript";
import type { Issue } from "../../src/analysis/issue.js";
import { engineFor } from "../../src/pipeline.js";
import { readSettings } from "../../src/settings.js";
import { Source } from "../../src/suggest/source.js";
import { suggestionsFor } from "../../src/suggest/suggest.js";
import { applyEdits, type Suggestion, type Technique, type TextEdit } from "../../src/suggest/suggestion.js";
import { exploreFixture, type ExploreSettings } from "./exploreFixture.js";
import type { Fixture } from "./fixtures.js";
import { optionsOfFixtures, programOf } from "./programs.js";

export interface Repair {
  readonly technique: Technique;
  /** New texts, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** Some of the fixture's issues have no suggestion, so that it stays racy there. */
  readonly isPartial: boolean;
}

/** One for each technique that is offered for one of the fixture's issues; where it is not for another, that one's best is taken. */
export function repairsOf(fixture: Fixture): readonly Repair[] {
  const { program, files } = programOf(fixture);
  const engine = engineFor(program, readSettings(undefined, fixture.root));
  const offers = files.flatMap((file) => engine.issues(file)).map((issue) => offersFor(issue));
  const techniques = new Set(offers.flatMap((o) => o.map((s) => s.technique)));
  return [...techniques].map((technique) => {
    const chosen = offers.flatMap((o) => o.find((s) => s.technique === technique) ?? o[0] ?? []);
    return { technique, texts: textsAfter(chosen), isPartial: offers.some((o) => o.length === 0) };
  });
}

function offersFor(issue: Issue): readonly Suggestion[] {
  return suggestionsFor(issue, sourceOf).filter((o): o is Suggestion => o.kind === "suggestion");
}

function sourceOf(file: string): Source {
  const text = readFileSync(file, "utf8");
  return new Source(file, text, tsParser.parseForESLint(text, { filePath: file, range: true, loc: true, comment: true }).ast);
}

/** Two suggestions may import the same name. */
function textsAfter(suggestions: readonly Suggestion[]): ReadonlyMap<string, string> {
  const byPlace = new Map(suggestions.flatMap((s) => s.edits).map((e) => [JSON.stringify(e), e] as const));
  const edits: readonly TextEdit[] = [...byPlace.values()];
  return new Map([...new Set(edits.map((e) => e.file))].map((file) => [file, applyEdits(file, readFileSync(file, "utf8"), edits)]));
}

/** One sentence each: it does not compile, is reported again, breaks the invariant in some schedule, or meets a deadlock. */
export async function proveRepair(fixture: Fixture, repair: Repair, settings: ExploreSettings | undefined): Promise<readonly string[]> {
  const found = checked(fixture, repair);
  if (settings === undefined || repair.isPartial) return found;
  const variant = `${fixture.variant}+${repair.technique}`;
  compile(fixture, variant, repair);
  const repaired: Fixture = { ...fixture, variant, name: `${fixture.library}/${fixture.case}/${variant}`, verdict: "safe" };
  const { report, disagreements } = await exploreFixture(repaired, settings);
  const deadlocks = report.errors["40P01"] ?? 0;
  return [...found, ...disagreements, ...(deadlocks > 0 ? [`${deadlocks} schedules end in a deadlock`] : [])];
}

function checked(fixture: Fixture, { texts, isPartial }: Repair): readonly string[] {
  const { program, files } = programOf(fixture, texts);
  const errors = [...texts.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  const engine = engineFor(program, readSettings(undefined, fixture.root));
  const again = isPartial ? [] : files.flatMap((file) => engine.issues(file)).filter((i) => i.consequence.kind !== "idempotent");
  return [
    ...errors.map((e) => `does not compile: ${ts.flattenDiagnosticMessageText(e.messageText, "\n")}`),
    ...again.map((i) => `reported again: ${i.kind} ${path.basename(i.anchor.file)}:${i.anchor.loc.line}`),
  ];
}

/** Beside the compiled variant, whose neighbours it shares. */
function compile(fixture: Fixture, variant: string, { texts }: Repair): void {
  const target = path.join(".build", path.relative(".", fixture.root), variant);
  const folder = path.join(fixture.root, fixture.variant);
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".ts"))) {
    const file = path.join(folder, name);
    const text = texts.get(file) ?? readFileSync(file, "utf8");
    const compilerOptions = { ...optionsOfFixtures, module: ts.ModuleKind.ESNext, noEmit: false };
    writeFileSync(
      path.join(target, name.replace(/\.ts$/, ".js")),
      ts.transpileModule(text, { fileName: file, compilerOptions }).outputText,
    );
  }
}
