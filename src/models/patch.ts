/** Reads what a write puts into columns off the objects given to it. */
import type { Value } from "../ir/value.js";
import { fieldsOf, isUndefined, type Field } from "./fields.js";
import type { CallContext, WrittenColumn } from "./model.js";

export interface Patch {
  readonly written: readonly WrittenColumn[];
  /** Further columns may be written. */
  readonly opaque: boolean;
}

/** The columns that one field of a patch writes, by the rules of a layer; `undefined`: columns that cannot be read. */
export type FieldReader = (field: Field) => readonly WrittenColumn[] | undefined;

export const nothingWritten: Patch = { written: [], opaque: false };

export function setColumn(column: string, value: Value): WrittenColumn {
  return { column, value, how: "set" };
}

/**
 * The columns written by one object. A column that is written under a condition is there too: its value is then a join, and the
 * condition stands in it.
 */
export function patchOf(value: Value, context: CallContext, read: FieldReader): Patch {
  if (isUndefined(value)) return nothingWritten;
  const { fields, complete } = fieldsOf(value, context);
  const columns = [...fields, ...mentionedFields(value, new Set(fields.map((f) => f.name)), context)].map(read);
  return { written: columns.flatMap((c) => c ?? []), opaque: !complete || columns.includes(undefined) };
}

/** What an object that came from elsewhere has if the flow is right to look at it: written only if it is there. */
function mentionedFields(value: Value, known: ReadonlySet<string>, context: CallContext): readonly Field[] {
  const names = (source: Value) => context.mentioned(source).filter((name) => !known.has(name));
  return sourcesOf(value).flatMap((source) =>
    names(source).map((name) => ({ name, value: context.property(source, name), certain: false })),
  );
}

/** The objects whose fields a patch takes over. */
function sourcesOf(value: Value): readonly Value[] {
  if (value.kind === "object") return value.parts.flatMap((p) => (p.kind === "spread" ? sourcesOf(p.value) : []));
  return [value];
}

/** The columns written by a list of objects or by one object: of a literal list those that each element writes. */
export function patchOfEach(value: Value, context: CallContext, read: FieldReader): Patch {
  if (value.kind === "list")
    return common(
      value.elements.map((e) => patchOfEach(e, context, read)),
      context,
    );
  if (value.kind === "mapped") return patchOfEach(value.item, context, read);
  const own = patchOf(value, context, read);
  if (value.kind === "object") return own;
  const element = context.values.make({ kind: "element", list: value });
  const items = context.assignments(element).flatMap((a) => read({ ...a, certain: true }) ?? []);
  return { written: [...own.written, ...items], opaque: own.opaque };
}

function common(patches: readonly Patch[], context: CallContext): Patch {
  const [first, ...rest] = patches;
  if (first === undefined || rest.length === 0) return first ?? nothingWritten;
  const shared = first.written.filter((w) => rest.every((p) => p.written.some((q) => q.column === w.column && q.how === w.how)));
  const written = shared.map((w) => {
    const all = patches.flatMap((p) => p.written.filter((q) => q.column === w.column && q.how === w.how));
    return { ...w, value: context.values.join(all.map((q) => ({ value: q.value, when: [] }))) };
  });
  return { written, opaque: patches.some((p) => p.opaque || p.written.length > shared.length) };
}
