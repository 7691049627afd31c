/** TypeORM: criteria of `update`, `delete` and the like (https://typeorm.io/docs/working-with-entity-manager/repository-api). */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import { insert, type Edit } from "../../edit.js";
import { importEdits } from "../importEdits.js";
import type { SyntaxFile } from "../../syntaxFile.js";
import type { ConditionalWrite, WriteRequest } from "../conditionalWrite.js";
import type { ExpectedColumn } from "../expectation.js";
import { propertyEdit } from "../objectLiteral.js";
import { withhold } from "../withheld.js";

/** Methods whose criteria come first on a repository, and whose result has `affected`. */
const conditional: ReadonlySet<string> = new Set(["update", "delete", "softDelete", "restore"]);

export function conditionalWrite(request: WriteRequest): ConditionalWrite {
  const { issue, call, file, columns } = request;
  if (!conditional.has(issue.writeMethod)) return withhold(reasonFor(issue.writeMethod));
  const criteria = criteriaOf(call, issue.writeMethod, issue.entity, file);
  const needsNull = columns.some((c) => c.onlyNull || c.nullable);
  const isNull = needsNull ? importEdits(file, "typeorm", "IsNull") : { name: "IsNull", edits: [] };
  const spread = `...(${request.parameter} && { ${columns.map((c) => `${c.name}: ${expected(c, request.parameter, isNull.name)}`).join(", ")} })`;
  return { edits: [...isNull.edits, ...criteriaEdits(criteria, spread, request)], count: "affected", replacesResult: false };
}

function reasonFor(method: string): string {
  return method === "save"
    ? "'save' cannot be made conditional; write with 'update' first"
    : `how to make '${method}' conditional is not known`;
}

/** `manager.update(Job, criteria, ..)` names the entity first. */
function criteriaOf(call: TSESTree.CallExpression, method: string, entity: string, file: SyntaxFile): TSESTree.CallExpressionArgument {
  const [first, second] = call.arguments;
  const onManager =
    call.arguments.length > (method === "update" ? 2 : 1) || (first?.type === AST_NODE_TYPES.Identifier && file.textOf(first) === entity);
  const found = onManager ? second : first;
  return found ?? withhold(`'${method}' has no criteria where they are expected`);
}

/** TypeORM takes `null` for no value, and before 1.0 drops the condition: https://typeorm.io/docs/data-source/null-and-undefined-handling */
function expected({ name, nullable, onlyNull }: ExpectedColumn, parameter: string, isNull: string): string {
  if (onlyNull) return `${isNull}()`;
  return nullable ? `${parameter}.${name} ?? ${isNull}()` : `${parameter}.${name}`;
}

/** Criteria that are an id become an object with it. */
function criteriaEdits(criteria: TSESTree.CallExpressionArgument, spread: string, request: WriteRequest): readonly Edit[] {
  const { file, key, surroundings } = request;
  if (criteria.type === AST_NODE_TYPES.ObjectExpression) return [propertyEdit(file, criteria, spread)];
  const [only, ...more] = key;
  if (only === undefined || more.length > 0 || !surroundings.types.isScalar(file.path, criteria.range))
    return withhold("the criteria of the write are no object literal");
  const field = criteria.type === AST_NODE_TYPES.Identifier && criteria.name === only ? "{ " : `{ ${only}: `;
  return [insert(file.path, criteria.range[0], field), insert(file.path, criteria.range[1], `, ${spread} }`)];
}
