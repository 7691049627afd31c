/** The functions below the reported call, from the statement upwards. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Issue, Place, Repair } from "../../analysis/issue.js";
import { modelByName } from "../../models/registry.js";
import { chainOf } from "../chain.js";
import { insert, type Edit } from "../edit.js";
import type { SyntaxFile } from "../syntaxFile.js";
import { argumentEdit } from "./callSite.js";
import { expectedType, type Expectation } from "./expectation.js";
import { freeName } from "./flow.js";
import { layers } from "./layers/layers.js";
import type { Surroundings } from "./surroundings.js";
import { fileOf, withhold } from "./withheld.js";
import {
  awaitStatement,
  bodyEdits,
  isReturned,
  parameterEdit,
  passingFunction,
  returnTypeEdits,
  type Outcome,
  type PassingFunction,
} from "./writeFunction.js";

export interface Making {
  readonly issue: Issue;
  readonly repair: Repair;
  readonly expectation: Expectation;
  readonly surroundings: Surroundings;
}

export interface Made {
  readonly edits: readonly Edit[];
  /** Index of the new argument. */
  readonly position: number;
  readonly outcome: Outcome;
}

/** @param path calls from the caller's down to the write, each by its callee's name */
export function makeConditional(making: Making, caller: Place, path: readonly Place[]): Made {
  const { surroundings } = making;
  const [place, ...below] = path;
  const [next] = below;
  if (place === undefined) return withhold("the write is not found");
  const file = fileOf(place, surroundings);
  const call = file.callNamedAt(place) ?? withhold("a call on the way to the write is not found in its file");
  const name = calleeName(caller, surroundings);
  const fn = passingFunction(file, next === undefined ? sentBy(making.issue, call, file) : call, name);
  const inner = next === undefined ? write(making, call, fn) : passOn(fn, makeConditional(making, place, below));
  return {
    edits: [...inner.edits, ...declarationEdits(making, fn, name, inner.outcome), ...signatureEdits(making, caller, name, inner.outcome)],
    position: fn.node.params.length,
    outcome: inner.outcome,
  };
}

function calleeName(place: Place, surroundings: Surroundings): string {
  const file = fileOf(place, surroundings);
  const offset = file.offsetOf(place);
  return /^[#\w$]+/.exec(file.text.slice(offset))?.[0] ?? withhold("a function on the way to the write has no name");
}

type Inner = Pick<Made, "edits" | "outcome">;

function modelOf({ surroundings, layer }: Issue): string {
  return surroundings?.through?.model ?? layer;
}

/** The call that is awaited: the last of a chain whose first one names the write. */
function sentBy(issue: Issue, call: TSESTree.CallExpression, file: SyntaxFile): TSESTree.CallExpression {
  const form = modelByName(modelOf(issue))?.editing?.writes[issue.writeMethod];
  return form?.kind === "chain" ? (chainOf(call, file).at(-1) ?? call) : call;
}

/** The function that writes. */
function write({ issue, repair, expectation, surroundings }: Making, call: TSESTree.CallExpression, fn: PassingFunction): Inner {
  const { file, call: sent, parameter } = fn;
  const model = modelOf(issue);
  const layer = layers[model] ?? withhold(`writes of ${model} are not fixed across functions yet`);
  const { edits, count, replacesResult } = layer({
    issue,
    file,
    call,
    parameter,
    columns: expectation.columns,
    key: repair.key,
    surroundings,
  });
  if (isReturned(file, sent)) {
    if (replacesResult) withhold(`'${issue.writeMethod}' gives the row that it changed, and its caller may use it`);
    return { edits, outcome: { kind: "count", property: count } };
  }
  return { edits: [...edits, ...bodyEdits(fn, countBinding(fn, count))], outcome: { kind: "boolean" } };
}

function countBinding({ file, node }: PassingFunction, count: string): { readonly pattern: string; readonly changed: string } {
  const local = freeName(file, node, [count, "changedRows"]);
  return { pattern: local === count ? `{ ${count} }` : `{ ${count}: ${local} }`, changed: `${local} === 1` };
}

/** A function that only leads to the write. */
function passOn(fn: PassingFunction, inner: Made): Inner {
  const { file, call, parameter, node } = fn;
  const edits = [...inner.edits, argumentEdit(file, call, inner.position, parameter)];
  if (isReturned(file, call)) return { edits, outcome: inner.outcome };
  if (inner.outcome.kind === "count")
    return { edits: [...edits, ...bodyEdits(fn, countBinding(fn, inner.outcome.property))], outcome: { kind: "boolean" } };
  return { edits: [...edits, ...(tailEdits(fn) ?? bodyEdits(fn, changedBinding(file, node)))], outcome: inner.outcome };
}

function changedBinding(file: SyntaxFile, node: TSESTree.Node): { readonly pattern: string; readonly changed: string } {
  const changed = freeName(file, node, ["changed", "hasChanged"]);
  return { pattern: changed, changed };
}

/** The call is the last thing that the function does. */
function tailEdits({ file, node, call }: PassingFunction): readonly Edit[] | undefined {
  const statement = awaitStatement(file, call);
  const isLast = node.body.type === AST_NODE_TYPES.BlockStatement && node.body.body.at(-1) === statement;
  return isLast ? [insert(file.path, statement.range[0], "return ")] : undefined;
}

function declarationEdits(making: Making, { file, node, parameter }: PassingFunction, name: string, outcome: Outcome): readonly Edit[] {
  const type = expectedType(making.expectation.columns, making.issue.entity, file.path, making.surroundings);
  return [parameterEdit(file, node, parameter, type), ...(outcome.kind === "boolean" ? returnTypeEdits(file, node.returnType, name) : [])];
}

/** Interfaces and abstract classes through which the call sees the function. */
function signatureEdits({ issue, expectation, surroundings }: Making, caller: Place, name: string, outcome: Outcome): readonly Edit[] {
  const offset = fileOf(caller, surroundings).offsetOf(caller);
  return surroundings.types.signatures(caller.file, offset).flatMap((place) => {
    const file = fileOf(place, surroundings);
    const signature = signatureAt(file, place) ?? withhold(`the declaration of '${name}' in ${file.path} is of a kind that is not changed`);
    const parameter = freeName(file, signature, ["expected", "expectedRow", "checked"]);
    const type = expectedType(expectation.columns, issue.entity, file.path, surroundings);
    return [
      parameterEdit(file, signature, parameter, type),
      ...(outcome.kind === "boolean" ? returnTypeEdits(file, signature.returnType, name) : []),
    ];
  });
}

type Signature = TSESTree.TSMethodSignature | TSESTree.TSFunctionType | TSESTree.TSEmptyBodyFunctionExpression;

/** What declares the function whose name is at the place. */
function signatureAt(file: SyntaxFile, place: Place): Signature | undefined {
  const offset = file.offsetOf(place);
  for (const node of file.inside(file.ast)) {
    if (!("key" in node) || node.key.range[0] !== offset) continue;
    if (node.type === AST_NODE_TYPES.TSMethodSignature) return node;
    if (node.type === AST_NODE_TYPES.TSAbstractMethodDefinition && node.value.type === AST_NODE_TYPES.TSEmptyBodyFunctionExpression)
      return node.value;
    if (node.type === AST_NODE_TYPES.TSPropertySignature && node.typeAnnotation?.typeAnnotation.type === AST_NODE_TYPES.TSFunctionType)
      return node.typeAnnotation.typeAnnotation;
  }
  return undefined;
}
