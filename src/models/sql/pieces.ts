/** The parts of a text that a program puts together. */
import type { Value, ValueFactory } from "../../ir/value.js";
import { stringOf } from "../fields.js";

export type Piece = { readonly kind: "text"; readonly text: string } | { readonly kind: "hole"; readonly value: Value };

/** How values get into a text. */
export interface Splice {
  /**
   * What a value is that stands in a template: pieces of text, if it is a fragment; `undefined`: a value as such. Where templates are
   * plain strings every constant is text.
   */
  pieces(value: Value): readonly Piece[] | undefined;
  /** Something longer that is made of the values. */
  part(values: readonly Value[]): Value;
}

/** Tagged templates: what stands in them is sent beside the text. `fragment` tells what is text after all. */
export function boundSplice(values: ValueFactory, fragment?: Splice["pieces"]): Splice {
  return {
    pieces: (value) => (isTemplate(value) ? templatePieces(value, (v) => fragment?.(v)) : fragment?.(value)),
    part: (parts) => values.computed("template", parts),
  };
}

const templatePrefix = "template ";
const gap = "${}";

/** Templates and concatenations are strings, and so is what stands in them. */
export function plainSplice(values: ValueFactory): Splice {
  const pieces = (value: Value): readonly Piece[] | undefined => {
    if (value.kind === "const") return [{ kind: "text", text: String(value.value) }];
    if (isTemplate(value)) return templatePieces(value, pieces);
    if (value.kind !== "binary" || value.operator !== "+") return undefined;
    return [value.left, value.right].flatMap((v) => pieces(v) ?? [{ kind: "hole", value: v }]);
  };
  return { pieces, part: (parts) => values.computed("template", parts) };
}

function isTemplate(value: Value): value is Value & { readonly kind: "computed" } {
  return value.kind === "computed" && value.operation.startsWith(templatePrefix);
}

/** The pieces of a template, in which each value is what `embed` says. */
function templatePieces(
  template: Value & { readonly kind: "computed" },
  embed: (value: Value) => readonly Piece[] | undefined,
): readonly Piece[] {
  const texts = template.operation.slice(templatePrefix.length).split(gap);
  return texts.flatMap((text, i): readonly Piece[] => {
    const value = template.inputs[i];
    return [{ kind: "text", text }, ...(value === undefined ? [] : (embed(value) ?? [{ kind: "hole", value } as const]))];
  });
}

/** The pieces of a whole statement; `undefined`: nothing of its text is known. */
export function statementPieces(value: Value, splice: Splice): readonly Piece[] | undefined {
  const text = stringOf(value);
  return text === undefined ? splice.pieces(value) : [{ kind: "text", text }];
}
