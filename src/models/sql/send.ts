/** What a call that sends SQL text means, whichever layer sends it. */
import type { Handle, Value } from "../../ir/value.js";
import { access, accesses, opaqueResult, raw } from "../access.js";
import { isUndefined } from "../fields.js";
import type { AccessSpec, CallContext, Meaning } from "../model.js";
import { plainSplice, statementPieces, type Splice } from "./pieces.js";
import type { Outcome } from "./sender.js";
import { meaningOf, type Command, type SqlMeaning } from "./statement.js";
import { readText } from "./text.js";

export interface Sent {
  readonly handle: Handle;
  readonly method: string;
  readonly context: CallContext;
  readonly text: Value;
  /** The list of values that the driver is given for the placeholders. */
  readonly parameters: Value;
  /** How the text is put together, if it is no plain string. */
  readonly splice?: Splice;
  /** What the call resolves to. */
  result(outcome: Outcome, command: Command): Value;
}

export function sendText(sent: Sent): Meaning {
  const { context, method } = sent;
  const meaning = readSent(sent);
  if (meaning === undefined) return raw(method, context);
  switch (meaning.kind) {
    case "access":
      return accesses(meaning.accesses, sent.result(meaning, meaning.command));
    case "nothing":
      return { kind: "nothing", result: sent.result(meaning, "select") };
    case "session lock":
      return sessionLock(sent);
    default:
      return meaning;
  }
}

function readSent({ handle, method, context, text, parameters, splice = plainSplice(context.values) }: Sent): SqlMeaning | undefined {
  const pieces = statementPieces(text, splice);
  const read = pieces && readText(pieces, splice);
  const unknown = new Set<number>();
  const parameter = (number: number): Value => {
    if (parameters.kind === "list") return parameters.elements[number - 1] ?? context.values.undefined;
    unknown.add(number);
    return context.values.unknown;
  };
  const meaning = read && meaningOf(read, { handle, method, context, parameter });
  if (meaning?.kind !== "access" || unknown.size === 0 || isUndefined(parameters)) return meaning;
  return { ...meaning, accesses: meaning.accesses.map(openFilter) };
}

/** A caller may know the values: until then the conditions are not. */
function openFilter(spec: AccessSpec): AccessSpec {
  return { ...spec, filter: { ...spec.filter, opaque: true } };
}

/**
 * A session's lock on a connection of the caller's own holds whatever else it does. Through a pool it is taken and given back on any
 * connection, and in a transaction it says no more than the transaction's own locks (facts 1).
 */
function sessionLock({ handle, method, context }: Sent): Meaning {
  const result = opaqueResult(method, context);
  const isOwn = handle.connection.kind !== "global" && handle.connection.kind !== "transaction";
  if (isOwn) return { kind: "lock", result };
  return accesses([{ ...access(handle, method, context, { operation: "lock", cardinality: "none" }), entity: undefined }], result);
}
