/** The project's files as they are after the fixes so far, in memory. Each fix starts from the last and is checked before it counts. */
import type ts from "typescript";
import type { Issue } from "../analysis/issue.js";
import { engineFor } from "../pipeline.js";
import { editedProgram, firstNewError } from "../program/editedProgram.js";
import { TypeAnswers } from "../program/typeAnswers.js";
import { fixAcrossFiles, type Proposal } from "../suggest/acrossFiles/acrossFiles.js";
import type { Surroundings } from "../suggest/acrossFiles/surroundings.js";
import { applyEdits, movedOffset, type Edit } from "../suggest/edit.js";
import { advice } from "../suggest/advice.js";
import { parseFile, parseSource } from "../suggest/parse.js";
import { suggestionsFor, type Sources } from "../suggest/suggest.js";
import type { SyntaxFile } from "../suggest/syntaxFile.js";
import type { Race } from "./findRaces.js";

export type FixResult = { readonly kind: "fixed" } | { readonly kind: "withheld"; readonly reason: string };

export class Workspace {
  /** By absolute path: files that a fix changed, as they are now. */
  readonly texts = new Map<string, string>();
  /** By absolute path: the edits of each fix, in order. */
  readonly #edits = new Map<string, (readonly Edit[])[]>();

  fix(race: Race): FixResult {
    const { file } = race.issue.anchor;
    const program = this.current(race.program);
    const at = this.moved(file, anchorOffset(race.program, race.issue));
    const issue = issuesIn(program, race, [file]).find((i) => isSame(i, race.issue) && anchorOffset(program, i) === at);
    // A fix for another race has fixed this one too.
    if (issue === undefined) return { kind: "fixed" };
    const proposal = this.propose({ ...race, issue }, program);
    return proposal.kind === "withheld" ? proposal : this.accept(race, issue, program, proposal.edits);
  }

  /** The race's program with the files as they are now. */
  private current(base: ts.Program): ts.Program {
    if (this.texts.size === 0) return base;
    if (this.#current?.base !== base) this.#current = { base, program: editedProgram(base, this.texts) };
    return this.#current.program;
  }
  #current: { readonly base: ts.Program; readonly program: ts.Program } | undefined;

  private propose(race: Race, program: ts.Program): Proposal {
    const { suggestion, issue } = race;
    if (suggestion === undefined) return withheldHere(issue, program, race) ?? fixAcrossFiles(issue, surroundings(program, race));
    const { file } = issue.anchor;
    const [start, end] = suggestion.range;
    return { kind: "edits", edits: [{ file, range: [this.moved(file, start), this.moved(file, end)], text: suggestion.text }] };
  }

  /** Where an offset of the file on disk is by now. */
  private moved(file: string, offset: number): number {
    return (this.#edits.get(file) ?? []).reduce((at, edits) => movedOffset(at, edits), offset);
  }

  private accept(race: Race, issue: Issue, program: ts.Program, edits: readonly Edit[]): FixResult {
    const files = [...new Set(edits.map((e) => e.file))];
    const texts = new Map(
      files.map((file) => [
        file,
        applyEdits(
          textOf(program, file),
          edits.filter((e) => e.file === file),
        ),
      ]),
    );
    const after = editedProgram(program, new Map([...this.texts, ...texts]));
    const error = firstNewError(program, after, files);
    if (error !== undefined) return { kind: "withheld", reason: `the changed files would not compile (${error})` };
    const looked = [...new Set([...files, issue.anchor.file])];
    const [old, now] = [issuesIn(program, race, looked), issuesIn(after, race, looked)];
    const isLeft = now.filter((i) => isSame(i, issue)).length >= old.filter((i) => isSame(i, issue)).length;
    if (isLeft || now.length >= old.length) return { kind: "withheld", reason: "the race would still be reported after the change" };
    for (const [file, text] of texts) {
      this.texts.set(file, text);
      this.#edits.set(file, [...(this.#edits.get(file) ?? []), edits.filter((e) => e.file === file)]);
    }
    this.#current = { base: race.program, program: after };
    return { kind: "fixed" };
  }
}

function surroundings(program: ts.Program, { parser }: Race): Surroundings {
  const files = new Map<string, SyntaxFile | undefined>();
  return {
    types: new TypeAnswers(program),
    file(path) {
      const text = program.getSourceFile(path)?.text;
      if (!files.has(path)) files.set(path, text === undefined ? undefined : parseFile(parser, path, text));
      return files.get(path);
    },
  };
}

/** What keeps the rule from suggesting something, where all of it is in one function; the first technique is the one to be told of. */
function withheldHere(issue: Issue, program: ts.Program, { parser }: Race): (FixResult & { kind: "withheld" }) | undefined {
  if ((issue.repair?.path.length ?? 1) > 1) return undefined;
  const [first] = suggestionsFor(issue, sourcesOf(program, parser));
  return first?.kind === "withheld" ? { kind: "withheld", reason: advice[first.reason] } : undefined;
}

function sourcesOf(program: ts.Program, parser: Race["parser"]): Sources {
  return (file) => (program.getSourceFile(file) === undefined ? undefined : parseSource(parser, file, textOf(program, file)));
}

function textOf(program: ts.Program, file: string): string {
  return program.getSourceFile(file)?.text ?? "";
}

function issuesIn(program: ts.Program, { settings }: Race, files: readonly string[]): readonly Issue[] {
  return files.flatMap((file) => engineFor(program, settings).issues(file));
}

function isSame(a: Issue, b: Issue): boolean {
  return a.kind === b.kind && a.entity === b.entity && a.columns.join() === b.columns.join() && a.anchor.file === b.anchor.file;
}

function anchorOffset(program: ts.Program, { anchor: { file, loc } }: Issue): number {
  return program.getSourceFile(file)?.getPositionOfLineAndCharacter(loc.line - 1, loc.column) ?? 0;
}
