/** node-postgres: the condition stands in the statement's text, and `rowCount` says whether a row changed (https://node-postgres.com/apis/result). */
import { expectationEdit, type OptionalColumn } from "../../../models/sql/statementEdits.js";
import { insertionEdits, statementOf } from "../../statement.js";
import type { ConditionalWrite, WriteRequest } from "../conditionalWrite.js";
import type { ExpectedColumn } from "../expectation.js";
import { withhold } from "../withheld.js";

export function conditionalWrite({ call, file, columns, parameter }: WriteRequest): ConditionalWrite {
  const source = { file: file.path, textOf: (node: Parameters<typeof file.textOf>[0]) => file.textOf(node) };
  const statement = statementOf(call, source) ?? withhold("the statement's text is not written where it is sent");
  const parameters = statement.values?.elements.length ?? 0;
  const insertion = expectationEdit(statement.text, columns.map(optional), parameter, parameters);
  if (insertion === undefined) return withhold("the statement has no WHERE that a condition could be added to");
  return { edits: insertionEdits(insertion, statement, source), count: "rowCount", replacesResult: false };
}

/** Types whose values come back as the text that they were sent as. */
const plain =
  /^(?:"[^"]*"|string|number|boolean|true|false|null|undefined|-?\d+)(?: \| (?:"[^"]*"|string|number|boolean|true|false|null|undefined|-?\d+))*$/;

function optional({ name, onlyNull, type }: ExpectedColumn): OptionalColumn {
  if (onlyNull) return { name, onlyNull, nullable: true };
  if (type === undefined || !plain.test(type)) return withhold(`'${name}' is of a type that cannot be compared as text`);
  return { name, onlyNull, nullable: /\b(?:null|undefined)\b/.test(type) };
}
