/** Reads object values field by field: literals, spreads, joins, and what was assigned to them since. */
import type { Value, ValuePart } from "../ir/value.js";
import type { CallContext } from "./model.js";

export interface Field {
  readonly name: string;
  readonly value: Value;
  /** False if the field may be absent, or overridden by something unknown that is spread behind it. */
  readonly certain: boolean;
}

export interface Fields {
  readonly fields: readonly Field[];
  /** False if the value may have further fields. */
  readonly complete: boolean;
}

interface Names {
  /** Name to whether it is certainly there. */
  readonly names: Map<string, boolean>;
  complete: boolean;
}

/** The fields of `value` as far as they are known. A field that is certainly undefined is absent. */
export function fieldsOf(value: Value, context: CallContext): Fields {
  const { names, complete } = namesOf(value);
  for (const assigned of context.assignments(value)) names.set(assigned.name, true);
  const fields = [...names].map(([name, certain]) => {
    const field = whereRowsExist(context.property(value, name), context);
    return { name, value: field, certain: certain && !mayBeUndefined(field) };
  });
  return { fields: fields.filter((f) => !isUndefined(f.value)), complete };
}

/**
 * The value where the rows that it was chosen by were found: in `{ id, ...(job && { status: job.status }) }` the status is left out only if
 * there is no job, and what is not there is not protected either.
 */
function whereRowsExist(value: Value, { values }: CallContext): Value {
  if (value.kind !== "join") return value;
  const found = value.alternatives.filter(
    (a) => !a.when.some((c) => !c.polarity && (c.value.kind === "result" || c.value.kind === "element")),
  );
  return found.length === 0 ? value : values.join(found);
}

function namesOf(value: Value): Names {
  switch (value.kind) {
    case "object":
      return namesOfParts(value.parts);
    case "join":
      return namesOfAlternatives(value.alternatives.map((a) => namesOf(a.value)));
    case "const":
      return { names: new Map(), complete: true };
    default:
      return { names: new Map(), complete: false };
  }
}

function namesOfParts(parts: readonly ValuePart[]): Names {
  const result: Names = { names: new Map(), complete: true };
  for (const part of parts) {
    if (part.kind === "field") {
      result.names.set(part.name, true);
      continue;
    }
    const spread = namesOf(part.value);
    if (!spread.complete) {
      for (const name of result.names.keys()) result.names.set(name, false);
      result.complete = false;
    }
    for (const [name, certain] of spread.names) result.names.set(name, certain || (result.names.get(name) ?? false));
  }
  return result;
}

function namesOfAlternatives(alternatives: readonly Names[]): Names {
  const all = new Set(alternatives.flatMap((a) => [...a.names.keys()]));
  return {
    names: new Map([...all].map((name) => [name, alternatives.every((a) => a.names.get(name) === true)])),
    complete: alternatives.every((a) => a.complete),
  };
}

export function isUndefined(value: Value): boolean {
  return value.kind === "const" && value.value === undefined;
}

export function isNull(value: Value): boolean {
  return value.kind === "const" && value.value === null;
}

/** Whether one of the alternatives is `undefined`; a value that is not known to be is taken to be defined. */
export function mayBeUndefined(value: Value): boolean {
  return value.kind === "join" ? value.alternatives.some((a) => mayBeUndefined(a.value)) : isUndefined(value);
}

/** The string that the value certainly is. */
export function stringOf(value: Value | undefined): string | undefined {
  return value?.kind === "const" && typeof value.value === "string" ? value.value : undefined;
}

/** The constant strings of a list, if all its elements are such. */
export function stringsOf(value: Value | undefined): readonly string[] | undefined {
  if (value?.kind !== "list") return undefined;
  const strings = value.elements.map(stringOf);
  return strings.every((s) => s !== undefined) ? strings : undefined;
}

/** The last word of a named constant (`Serializable` of `@prisma/client:Prisma.TransactionIsolationLevel.Serializable`), or a string. */
export function constantName(value: Value): string | undefined {
  return value.kind === "symbol" ? value.name.split(/[.:]/).at(-1) : stringOf(value);
}

/** Whether the value is written as a list or computed from one, so that it holds several values. */
export function isList(value: Value): boolean {
  return value.kind === "list" || value.kind === "mapped" || value.kind === "filtered";
}

/** Whether the value was read from the database, so that only assignments make it differ. */
export function isRow(value: Value): boolean {
  switch (value.kind) {
    case "result":
      return true;
    case "element":
    case "filtered":
      return isRow(value.list);
    case "member":
      return isRow(value.base);
    case "mapped":
      return isRow(value.item);
    case "list":
      return value.elements.every(isRow);
    case "join":
      return value.alternatives.every((a) => isRow(a.value));
    default:
      return false;
  }
}
