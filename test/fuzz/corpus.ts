/** Real TypeScript: our applications, which know a data layer, and sources and declarations of installed packages. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

export interface Sample {
  readonly file: string;
  readonly text: string;
  /** Beside its own imports, or anywhere. */
  readonly isApplication: boolean;
}

/** Packages that bring sources, or declarations with much syntax in them. */
const packages = [
  "rxjs/src",
  "typeorm",
  "@types/pg",
  "@nestjs/common",
  "kysely/dist",
  "drizzle-orm/pg-core",
  "fast-check/lib",
  "undici-types",
];
/** Larger files take long to parse and show nothing that smaller ones do not. */
const largest = 20_000;
const mostOfAPackage = 80;

/** The same samples in the same order on every machine with these packages. */
export function readCorpus(): readonly Sample[] {
  const applications = sourcesIn("fixtures").filter((file) => !file.includes(`${path.sep}generated${path.sep}`));
  const installed = packages.flatMap((name) => spread(sourcesIn(path.join("node_modules", name))));
  return [...applications.map((file) => sample(file, true)), ...installed.map((file) => sample(file, false))];
}

function sample(file: string, isApplication: boolean): Sample {
  return { file: path.resolve(file), text: readFileSync(file, "utf8"), isApplication };
}

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.[cm]?ts$/.test(file))
    .map((file) => path.join(folder, file))
    .filter((file) => statSync(file).size <= largest)
    .sort();
}

/** Some of a package's files, from all its folders. */
function spread(files: readonly string[]): readonly string[] {
  const step = Math.max(1, Math.ceil(files.length / mostOfAPackage));
  return files.filter((_, index) => index % step === 0);
}
