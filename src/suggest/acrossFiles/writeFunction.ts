/** The functions between the reported call and the statement: each takes what is expected and says whether a row changed. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import { insert, type Edit } from "../edit.js";
import type { SyntaxFile } from "../syntaxFile.js";
import { leaves } from "../exit.js";
import { freeName, functionAround, ownNodes, type FunctionNode } from "./flow.js";
import { withhold } from "./withheld.js";

/** What the caller gets: a boolean, or an object with the number of changed rows. */
export type Outcome = { readonly kind: "boolean" } | { readonly kind: "count"; readonly property: string };

export interface PassingFunction {
  readonly file: SyntaxFile;
  readonly node: FunctionNode;
  /** The call of the next function, or of the data layer. */
  readonly call: TSESTree.CallExpression;
  /** The name of the new parameter. */
  readonly parameter: string;
}

/** The function that makes the call; it must be the one that was called by `name`. @throws {Withheld} */
export function passingFunction(file: SyntaxFile, call: TSESTree.CallExpression, name: string): PassingFunction {
  const node = functionAround(file, call) ?? withhold(`'${name}' has no body that can be changed`);
  if (nameOf(file, node) !== name) withhold(`the write is in a function inside of '${name}', whose result does not reach the caller`);
  if (!node.async && node.body.type === AST_NODE_TYPES.BlockStatement && !isReturned(file, call)) withhold(`'${name}' is not async`);
  if (node.generator) withhold(`'${name}' is a generator`);
  if (node.params.at(-1)?.type === AST_NODE_TYPES.RestElement) withhold(`'${name}' takes any number of arguments`);
  return { file, node, call, parameter: freeName(file, node, ["expected", "expectedRow", "checked"]) };
}

/** How the function is called: its own name, or that of the property or variable that holds it. */
function nameOf(file: SyntaxFile, node: FunctionNode): string | undefined {
  if (node.id !== null) return node.id.name;
  const holder = file.parent(node);
  switch (holder?.type) {
    case AST_NODE_TYPES.MethodDefinition:
    case AST_NODE_TYPES.PropertyDefinition:
    case AST_NODE_TYPES.Property:
      return holder.computed ? undefined : file.textOf(holder.key);
    case AST_NODE_TYPES.VariableDeclarator:
      return holder.id.type === AST_NODE_TYPES.Identifier ? holder.id.name : undefined;
    default:
      return undefined;
  }
}

interface Parameters {
  readonly range: readonly [number, number];
  readonly params: readonly TSESTree.Parameter[];
  readonly typeParameters: TSESTree.Node | undefined;
}

/** One more optional parameter at the end. */
export function parameterEdit(file: SyntaxFile, { params, range, typeParameters }: Parameters, parameter: string, type: string): Edit {
  const declaration = `${parameter}?: ${type}`;
  const last = params.at(-1);
  if (last === undefined) {
    const open = file.text.indexOf("(", typeParameters?.range[1] ?? range[0]);
    return insert(file.path, file.text.indexOf(")", open), declaration);
  }
  const comma = /^\s*,(?=\s*\))/.exec(file.text.slice(last.range[1]))?.[0];
  if (comma === undefined) return insert(file.path, last.range[1], `, ${declaration}`);
  return insert(file.path, last.range[1] + comma.length, `${file.lineBreak}${file.indentationAt(last.range[0])}${declaration},`);
}

/** `Promise<void>` becomes `Promise<boolean>`. Another type is wanted by somebody. @throws {Withheld} */
export function returnTypeEdits(file: SyntaxFile, returnType: TSESTree.TSTypeAnnotation | undefined, name: string): readonly Edit[] {
  if (returnType === undefined) return [];
  const type = returnType.typeAnnotation;
  const argument = type.type === AST_NODE_TYPES.TSTypeReference ? type.typeArguments?.params[0] : undefined;
  if (argument?.type === AST_NODE_TYPES.TSVoidKeyword && file.text.slice(...type.range).startsWith("Promise<"))
    return [{ file: file.path, range: argument.range, text: "boolean" }];
  return withhold(`'${name}' already returns ${file.textOf(type)}`);
}

/** `return this.jobs.update(...)`, or a short arrow of it: the caller gets what the layer returns. */
export function isReturned(file: SyntaxFile, call: TSESTree.CallExpression): boolean {
  const outer = awaited(file, call) ?? call;
  const parent = file.parent(outer);
  return (
    parent?.type === AST_NODE_TYPES.ReturnStatement || (parent?.type === AST_NODE_TYPES.ArrowFunctionExpression && parent.body === outer)
  );
}

/** The `await` of the call. */
function awaited(file: SyntaxFile, call: TSESTree.CallExpression): TSESTree.AwaitExpression | undefined {
  const parent = file.parent(call);
  return parent?.type === AST_NODE_TYPES.AwaitExpression ? parent : undefined;
}

/** The statement that is the awaited call and nothing else. @throws {Withheld} */
export function awaitStatement(file: SyntaxFile, call: TSESTree.CallExpression): TSESTree.ExpressionStatement {
  const statement = file.parent(awaited(file, call) ?? withhold("the call is not awaited where it stands"));
  if (statement?.type !== AST_NODE_TYPES.ExpressionStatement) return withhold("the call's result is already used");
  return statement;
}

/**
 * The function's body: after the statement it returns whether a row changed. What follows the write happens only if it did, for callers that
 * expect something.
 *
 * @param changed the condition that a row changed, from the name of what the awaited call gives
 */
export function bodyEdits(
  { file, node, call, parameter }: PassingFunction,
  binding: { readonly pattern: string; readonly changed: string },
): readonly Edit[] {
  const statement = awaitStatement(file, call);
  const body = node.body;
  if (body.type !== AST_NODE_TYPES.BlockStatement || file.parent(statement) !== body)
    return withhold("the write stands under a further condition in its own function");
  if ([...ownNodes(file, node)].some((n) => n.type === AST_NODE_TYPES.ReturnStatement))
    return withhold("the function that writes returns at several places");
  const end = file.text.endsWith(";", statement.range[1]) ? ";" : "";
  const line = `${file.lineBreak}${file.indentationAt(statement.range[0])}`;
  const start = insert(file.path, statement.range[0], `const ${binding.pattern} = `);
  const last = body.body.at(-1) ?? statement;
  const after = (offset: number, text: string) => insert(file.path, file.endOfLine(offset), `${line}${text}${end}`);
  if (last === statement) return [start, after(statement.range[1], `return ${binding.changed}`)];
  if (leaves(last)) return withhold("the function that writes leaves in a way of its own");
  return [
    start,
    after(statement.range[1], `if (${parameter} && ${negated(binding.changed)}) return false`),
    after(last.range[1], "return true"),
  ];
}

function negated(condition: string): string {
  return condition.includes(" === ") ? condition.replace(" === ", " !== ") : `!${condition}`;
}
