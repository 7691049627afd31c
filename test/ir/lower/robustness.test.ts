import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";

import type { IrFile } from "../../../src/ir/ir.js";
import { lowerFile } from "../../../src/ir/lower/lowerFile.js";
import { printFunction } from "../../../src/ir/print.js";
import { malformations } from "../wellFormed.js";
import { lowerText } from "./lowered.js";

function filesIn(folder: string, extension: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => join(folder, name));
}

/** Declaration files are read as if they were code, which they are not: all the more can go wrong. */
function lowerPath(path: string): IrFile {
  const name = `/${path.replace(".d.ts", ".ts")}`;
  return lowerFile(ts.createSourceFile(name, readFileSync(path, "utf8"), ts.ScriptTarget.Latest)).ir;
}

function problemsIn(paths: readonly string[]): readonly string[] {
  expect(paths.length).toBeGreaterThan(10);
  return paths.flatMap((path) => malformations(lowerPath(path)).map((text) => `${path} ${text}`));
}

describe("lowers without a throw to well-formed IR", () => {
  it("the sources of this package", () => {
    expect(problemsIn(filesIn("src", ".ts"))).toEqual([]);
  });

  it("JavaScript of some size", () => {
    expect(problemsIn(filesIn("node_modules/eslint/lib", ".js").filter((_, index) => index % 6 === 0))).toEqual([]);
  });

  it("declaration files", () => {
    const files = [
      ...filesIn("node_modules/typeorm", ".d.ts").slice(0, 100),
      ...filesIn("node_modules/typescript/lib", ".d.ts").filter((name) => name.includes("es20")),
    ];
    expect(problemsIn(files)).toEqual([]);
  });

  it("text cut off anywhere", () => {
    const text = readFileSync("src/ir/lower/conditions.ts", "utf8");
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(200), (start, length) => {
        expect(malformations(lowerText(text.slice(0, start) + text.slice(start + length)).ir)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    "break; continue; return 1; break nowhere;",
    "if (",
    "class { static",
    "try {",
    "try {} ",
    "switch (a) { case",
    "({ ...",
    "a?.",
    "new",
    "`${",
    "for (const of of of) {}",
    "function* () { yield* }",
    "async () => { for await (const [a = await b] of c) label: { break label; } }",
    "var { a: { b: [c = 1] = [] } = {}, ...d } = e; ({ a: b.c[d] = 1 } = e); [...[a, b]] = c;",
    "with (a) { b(); } debugger; a, b; delete a; delete a?.b; a?.b!.c; a![0]; <T>a; a satisfies B; f<string>; import x = require('x'); export = a;",
    "x: y: for (;;) { continue x; }",
    "(1) = 2; f() = 3; f()++; this = 1; [f()] = a; ({ a() {} } = b);",
    "class A { static async *[Symbol.iterator]() { yield* this; } accessor x = 1; declare y: string; 'z'; 1 = 2; constructor(); }",
    "try { throw 1 } finally { for (;;) { try { continue } finally { break } } }",
    "export default abstract class {} export default async function* () {} export * from 'x';",
    "enum E { A = f() } declare namespace N { const x: number } namespace A.B.C { export function f() {} } declare global { var x: number }",
  ])("%s", (text) => {
    const { ir } = lowerText(text);
    expect(malformations(ir)).toEqual([]);
    for (const fn of ir.functions) expect(printFunction(fn, ir)).not.toBe("");
  });

  it("TSX, whole and broken", () => {
    for (const text of ["const a = <b {...c} d={<e f={() => g} />}>{...h}</b>;", "<a:b c-d={e}>{}</a:b>;", "<a><b></a>;", "<a b={"]) {
      expect(malformations(lowerText(text, "/a.tsx").ir)).toEqual([]);
    }
  });

  it("expressions of great length and depth", () => {
    const sum = Array.from({ length: 5000 }, (_, index) => `"${String(index)}"`).join(" + ");
    // TypeScript's own parser runs out of stack at about 900.
    const deep = `${"[".repeat(300)}${"]".repeat(300)}`;
    const tests = Array.from({ length: 800 }, (_, index) => `if (a === ${String(index)}) { b(); }`).join(" else ");
    expect(malformations(lowerText(`const a = ${sum}; const b = ${deep}; function f() { ${tests} }`).ir)).toEqual([]);
  });
});
