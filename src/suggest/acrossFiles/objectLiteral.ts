import type { TSESTree } from "@typescript-eslint/utils";
import { insert, type Edit } from "../edit.js";
import type { SyntaxFile } from "../syntaxFile.js";

/** One more part at the end of an object literal: on a line of its own if the parts before are. */
export function propertyEdit(file: SyntaxFile, object: TSESTree.ObjectExpression, part: string): Edit {
  const last = object.properties.at(-1);
  if (last === undefined) return { file: file.path, range: object.range, text: `{ ${part} }` };
  const rest = file.text.slice(last.range[1], object.range[1]);
  const comma = /^\s*,/.exec(rest)?.[0];
  const isOwnLine = file.position(last.range[0]).line !== file.position(object.range[0]).line;
  const space = isOwnLine ? `${file.lineBreak}${file.indentationAt(last.range[0])}` : " ";
  return comma === undefined
    ? insert(file.path, last.range[1], `,${space}${part}`)
    : insert(file.path, last.range[1] + comma.length, `${space}${part}${isOwnLine ? "," : ""}`);
}
