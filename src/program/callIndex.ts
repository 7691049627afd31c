import ts from "typescript";

import type { Call } from "./targets.js";
import { nameText, unwrap } from "./syntax.js";

/** A file's calls by the name they are made under, and the names its imports, exports and patterns give to other names. */
export interface CallIndex {
  readonly calls: ReadonlyMap<string, readonly Call[]>;
  /** Original name -> names it is used under (`import { a as b }`, `{ a: b }`, `const b = a`, a default import: `default` -> `b`). */
  readonly renames: ReadonlyMap<string, ReadonlySet<string>>;
}

const tables = new WeakMap<ts.SourceFile, CallIndex>();

/** Purely syntactic, so it holds as long as the source file object. */
export function callIndex(file: ts.SourceFile): CallIndex {
  let table = tables.get(file);
  if (table === undefined) {
    table = collect(file);
    tables.set(file, table);
  }
  return table;
}

function collect(file: ts.SourceFile): CallIndex {
  const calls = new Map<string, Call[]>();
  const renames = new Map<string, Set<string>>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)) {
      const name = calleeName(node);
      if (name !== undefined) append(calls, name, node);
    } else {
      const renamed = rename(node);
      if (renamed !== undefined && renamed.from !== renamed.to) addTo(renames, renamed.from, renamed.to);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { calls, renames };
}

function calleeName(call: Call): string | undefined {
  const callee = unwrap(ts.isTaggedTemplateExpression(call) ? call.tag : call.expression);
  if (callee.kind === ts.SyntaxKind.SuperKeyword) return "super";
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text;
  return ts.isElementAccessExpression(callee) ? nameText(callee.argumentExpression) : nameText(callee);
}

function rename(node: ts.Node): { from: string; to: string } | undefined {
  if (ts.isImportSpecifier(node) || ts.isExportSpecifier(node)) {
    return { from: (node.propertyName ?? node.name).text, to: node.name.text };
  }
  if (ts.isImportClause(node)) return node.name && { from: "default", to: node.name.text };
  if (ts.isExportAssignment(node)) return ts.isIdentifier(node.expression) ? { from: node.expression.text, to: "default" } : undefined;
  if (ts.isBindingElement(node)) {
    const from = nameText(node.propertyName);
    return from !== undefined && ts.isIdentifier(node.name) ? { from, to: node.name.text } : undefined;
  }
  const isHolder = ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node);
  return isHolder ? heldName(node) : undefined;
}

/** `const b = a`, `const b = x.a`, `{ b: a }`. */
function heldName(node: ts.VariableDeclaration | ts.PropertyAssignment | ts.PropertyDeclaration): { from: string; to: string } | undefined {
  const to = nameText(node.name);
  const value = node.initializer && unwrap(node.initializer);
  const from = value && (ts.isPropertyAccessExpression(value) ? value.name.text : ts.isIdentifier(value) ? value.text : undefined);
  return from !== undefined && to !== undefined ? { from, to } : undefined;
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}
