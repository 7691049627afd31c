import ts from "typescript";

import type { Lowered } from "../../../src/ir/lower/lowerFile.js";
import { lowerFile } from "../../../src/ir/lower/lowerFile.js";
import { printFunction } from "../../../src/ir/print.js";

export function lowerText(text: string, fileName = "/src/file.ts"): Lowered {
  return lowerFile(ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest));
}

/** The functions of a module without the module itself. */
export function printModule(text: string): string {
  const { ir } = lowerText(text);
  return ir.functions
    .slice(1)
    .map((fn) => printFunction(fn, ir))
    .join("\n");
}

/** The body of an asynchronous generator function; names that it does not declare are globals. */
export function printBody(text: string): string {
  const { ir } = lowerText(`async function* f() { ${text} }`);
  return ir.functions
    .slice(1)
    .map((fn) => printFunction(fn, ir))
    .join("\n")
    .replace("async generator function f()\n", "");
}
