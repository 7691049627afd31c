/**
 * Prisma: `update` and `delete` throw if no row fits, `updateMany` and `deleteMany` count
 * (https://www.prisma.io/docs/orm/reference/prisma-client-reference#updatemany).
 */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Edit } from "../../edit.js";
import type { SyntaxFile } from "../../syntaxFile.js";
import type { ConditionalWrite, WriteRequest } from "../conditionalWrite.js";
import { propertyEdit } from "../objectLiteral.js";
import { withhold } from "../withheld.js";

/** The method that counts. */
const counting: Readonly<Record<string, string>> = {
  update: "updateMany",
  updateMany: "updateMany",
  delete: "deleteMany",
  deleteMany: "deleteMany",
};

export function conditionalWrite({ issue, call, file, columns, parameter }: WriteRequest): ConditionalWrite {
  const method = counting[issue.writeMethod] ?? withhold(`how to make '${issue.writeMethod}' conditional is not known`);
  const where = whereOf(call, file);
  // Prisma compares with `null` as IS NULL.
  const spread = `...(${parameter} && { ${columns.map((c) => `${c.name}: ${c.onlyNull ? "null" : `${parameter}.${c.name}`}`).join(", ")} })`;
  return {
    edits: [...methodEdit(call, issue.writeMethod, method, file), propertyEdit(file, where, spread)],
    count: "count",
    replacesResult: method !== issue.writeMethod,
  };
}

/** @throws {Withheld} if the call has more than `where` and `data`: who selects or includes wants the row */
function whereOf(call: TSESTree.CallExpression, file: SyntaxFile): TSESTree.ObjectExpression {
  const [options] = call.arguments;
  if (options?.type !== AST_NODE_TYPES.ObjectExpression) return withhold("the options of the write are no object literal");
  let where: TSESTree.ObjectExpression | undefined;
  for (const property of options.properties) {
    const name = property.type === AST_NODE_TYPES.Property && !property.computed ? file.textOf(property.key) : "...";
    if (property.type === AST_NODE_TYPES.Property && name === "where" && property.value.type === AST_NODE_TYPES.ObjectExpression)
      where = property.value;
    else if (name !== "data") return withhold(`the write's option '${name}' is not known to 'updateMany' or no object literal`);
  }
  return where ?? withhold("the write has no 'where' that is an object literal");
}

function methodEdit(call: TSESTree.CallExpression, from: string, to: string, file: SyntaxFile): readonly Edit[] {
  if (from === to) return [];
  if (call.callee.type !== AST_NODE_TYPES.MemberExpression) return withhold(`'${from}' is not called on a delegate`);
  return [{ file: file.path, range: call.callee.property.range, text: to }];
}
