/** The generated application on disk, inside the repository, so that it finds the repository's packages. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { filesOfAFeature, generateApplication } from "./application.js";

const compilerOptions = {
  target: "es2023",
  lib: ["es2023", "dom"],
  module: "nodenext",
  types: ["node"],
  strict: true,
  noUncheckedIndexedAccess: true,
  experimentalDecorators: true,
  skipLibCheck: true,
};

export interface Tree {
  readonly folder: string;
  /** A service in the middle, which calls and is called: what is linted alone. */
  readonly one: string;
}

/** Writes an application of `files` files, and a `package.json` and `tsconfig.json`. */
export function writeTree(files: number): Tree {
  const folder = path.resolve(".build/bench", String(files));
  rmSync(folder, { recursive: true, force: true });
  const application = generateApplication(files);
  for (const { path: name, text } of application) write(folder, name, text);
  write(folder, "package.json", JSON.stringify({ name: "bench", private: true, type: "module" }));
  write(folder, "tsconfig.json", JSON.stringify({ compilerOptions, include: ["src"] }));
  const services = application.filter(({ path: name }) => name.endsWith(".service.ts"));
  const one = services[Math.floor(services.length / 2)];
  if (one === undefined) throw new RangeError(`An application has at least ${filesOfAFeature} files.`);
  return { folder, one: one.path };
}

function write(folder: string, name: string, text: string): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
