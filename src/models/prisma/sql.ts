/** Raw SQL through a client (https://www.prisma.io/docs/orm/prisma-client/using-raw-sql/raw-queries). */
import type { Handle, Value, ValueFactory } from "../../ir/value.js";
import type { CallContext, Meaning } from "../model.js";
import { plain } from "../access.js";
import { spreadOf } from "../sql/expressions.js";
import { boundSplice, plainSplice, statementPieces, type Piece } from "../sql/pieces.js";
import { sendText } from "../sql/send.js";
import type { Outcome } from "../sql/sender.js";

const prefix = "prisma.";

/** What `Prisma.sql` and its like make: pieces of a statement. */
export const fragmentMethods: ReadonlySet<string> = new Set(["sql", "raw", "join"]);

export function fragment(method: string, { arguments: given, values }: CallContext): Meaning {
  return plain(values.computed(prefix + method, given));
}

/** `Prisma.empty`. */
export function emptyFragment(values: ValueFactory): Value {
  return values.computed(`${prefix}raw`, [values.constant("")]);
}

/** `$queryRaw` resolves to the rows, `$executeRaw` to the number of rows; their `Unsafe` forms take a text and its parameters. */
export function sendRaw(handle: Handle, method: string, context: CallContext): Meaning {
  const { values } = context;
  const [text = values.undefined, ...parameters] = context.arguments;
  const isUnsafe = method.endsWith("Unsafe");
  const result = ({ rows, count }: Outcome): Value => (method.startsWith("$execute") ? count : rows);
  return sendText({
    handle,
    method,
    context,
    text,
    parameters: values.list(isUnsafe ? parameters : []),
    splice: isUnsafe ? plainSplice(values) : boundSplice(values, (value) => fragmentPieces(value, values)),
    result,
  });
}

function fragmentPieces(value: Value, values: ValueFactory): readonly Piece[] | undefined {
  if (value.kind !== "computed" || !value.operation.startsWith(prefix)) return undefined;
  const [first = values.undefined, separator] = value.inputs;
  switch (value.operation.slice(prefix.length)) {
    case "sql":
      return statementPieces(
        first,
        boundSplice(values, (v) => fragmentPieces(v, values)),
      );
    case "raw":
      return statementPieces(first, plainSplice(values));
    default:
      return joined(first, separator, values);
  }
}

/** `Prisma.join(list)`; of a literal list of fragments the fragments with the separator between them. */
function joined(list: Value, separator: Value | undefined, values: ValueFactory): readonly Piece[] {
  const parts = list.kind === "list" ? list.elements.map((e) => fragmentPieces(e, values)) : [];
  if (parts.length === 0 || !parts.every((p) => p !== undefined)) return [{ kind: "hole", value: spreadOf(list, values) }];
  const between = separator?.kind === "const" ? String(separator.value) : ",";
  return parts.flatMap((p, i): readonly Piece[] => (i === 0 ? p : [{ kind: "text", text: between }, ...p]));
}
