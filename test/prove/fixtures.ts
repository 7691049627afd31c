/** Which fixtures there are, and what each must come out as. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const verdicts = ["racy", "safe", "harmless", "limit"] as const;

/**
 * - `racy`: a schedule breaks the invariant, and lint reports what the source is marked with.
 * - `safe`: no schedule does, and lint is silent.
 * - `harmless`: the check can be passed twice, but nothing depends on it; no schedule breaks the invariant, and lint is silent.
 * - `limit`: a schedule breaks the invariant, and lint is knowingly silent.
 */
export type Verdict = (typeof verdicts)[number];

export interface Fixture {
  /** `<library>/<case>/<variant>` */
  readonly name: string;
  readonly library: string;
  readonly case: string;
  readonly variant: string;
  readonly verdict: Verdict;
  /** The folder `<library>/<case>`: the root of the application. */
  readonly root: string;
}

export const fixturesFolder = path.resolve("fixtures");

/** All fixtures, sorted by name. A folder without a verdict and a verdict without a folder are errors. */
export function allFixtures(): readonly Fixture[] {
  return foldersIn(fixturesFolder)
    .filter((library) => existsSync(path.join(fixturesFolder, library, "connect.ts")))
    .flatMap((library) => foldersIn(path.join(fixturesFolder, library)).flatMap((name) => fixturesOf(library, name)));
}

function fixturesOf(library: string, name: string): readonly Fixture[] {
  const root = path.join(fixturesFolder, library, name);
  const expected = new Map(Object.entries(JSON.parse(readFileSync(path.join(root, "verdicts.json"), "utf8")) as Record<string, string>));
  const variants = foldersIn(root).filter((folder) => folder !== "generated");
  for (const [variant, verdict] of expected) {
    if (!variants.includes(variant)) throw new Error(`${root}: the verdict of '${variant}' belongs to no folder`);
    if (!isVerdict(verdict)) throw new Error(`${root}: '${verdict}' is no verdict; there are ${verdicts.join(", ")}`);
  }
  return variants.map((variant) => {
    const verdict = expected.get(variant);
    if (verdict === undefined) throw new Error(`${root}: verdicts.json says nothing about '${variant}'`);
    return { name: `${library}/${name}/${variant}`, library, case: name, variant, verdict: verdict as Verdict, root };
  });
}

function isVerdict(text: string): text is Verdict {
  return verdicts.some((verdict) => verdict === text);
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
