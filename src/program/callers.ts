import ts from "typescript";

import type { FunctionId } from "../ir/ir.js";
import type { ProgramContext } from "./context.js";
import type { CallSite } from "./facts.js";
import type { Implementations } from "./implementations.js";
import type { ProgramCalls } from "./programCalls.js";
import { hasModifier, nameText } from "./syntax.js";
import type { Call, CallTargets } from "./targets.js";

/** Most call sites that are listed of one function. */
const maxCallers = 64;
/** Most calls of a name that are looked at. */
const maxCandidates = 2_000;
/** Most names that a function is known under. */
const maxNames = 16;

/** Finds the calls of a function: by name in each file's index, each confirmed by what the call may run. */
export class Callers {
  readonly #memo = new Map<FunctionId, readonly CallSite[]>();

  constructor(
    readonly context: ProgramContext,
    readonly calls: ProgramCalls,
    readonly targets: CallTargets,
    readonly implementations: Implementations,
  ) {}

  of(id: FunctionId): readonly CallSite[] {
    let found = this.#memo.get(id);
    if (found === undefined) {
      found = this.#search(id);
      this.#memo.set(id, found);
    }
    return found;
  }

  #search(id: FunctionId): readonly CallSite[] {
    const node = this.context.functionNode(id);
    const names = node === undefined ? [] : this.#namesOf(node);
    const sites: CallSite[] = [];
    let candidates = 0;
    for (const call of this.calls.of(names)) {
      if (sites.length >= maxCallers || ++candidates > maxCandidates) break;
      const site = this.#confirmed(call, id);
      if (site !== undefined) sites.push(site);
    }
    return sites;
  }

  #confirmed(call: Call, id: FunctionId): CallSite | undefined {
    const found = this.targets.of(call);
    if (found.kind !== "functions" || !found.targets.some((target) => target.function === id)) return undefined;
    const ref = this.context.ref(call);
    const caller = this.#enclosing(call);
    return ref === undefined || caller === undefined ? undefined : { caller, call: ref };
  }

  /** The function whose body makes the call. A module-level variable's initialiser runs as part of the module. */
  #enclosing(call: ts.Node): FunctionId | undefined {
    for (let node = call.parent; ; node = node.parent) {
      const id = ts.isVariableDeclaration(node) || ts.isExportAssignment(node) ? undefined : this.context.functionId(node);
      if (id !== undefined || ts.isSourceFile(node)) return id;
    }
  }

  /** The names under which the function may be called: its own, and those that imports, exports and variables give it. */
  #namesOf(fn: ts.Node): readonly string[] {
    const names = new Set(ts.isConstructorDeclaration(fn) ? this.#classNames(fn.parent) : ownNames(fn));
    for (const name of names) {
      for (const other of this.calls.renamesOf(name)) {
        if (names.size >= maxNames) return [...names];
        names.add(other);
      }
    }
    return [...names];
  }

  /** A constructor is called by its class's name, by `super`, and by the name of a subclass that has none of its own. */
  #classNames(owner: ts.ClassLikeDeclaration): readonly string[] {
    const subclasses = this.implementations.of(owner) ?? [];
    return ["super", ...[owner, ...subclasses.filter((subclass) => ts.isClassLike(subclass))].flatMap(ownNames)];
  }
}

function ownNames(fn: ts.Node): readonly string[] {
  const names: string[] = [];
  const own = ts.isFunctionLike(fn) || ts.isClassLike(fn) ? nameText(fn.name) : undefined;
  if (own !== undefined) names.push(own);
  if (hasModifier(fn, ts.SyntaxKind.DefaultKeyword)) names.push("default");
  const holder = holderOf(fn);
  if (holder !== undefined) names.push(holder);
  return names;
}

/** The variable or property that holds a function expression; `default` for an exported one. */
function holderOf(fn: ts.Node): string | undefined {
  let node = fn.parent as ts.Node | undefined;
  while (node !== undefined && (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)))
    node = node.parent;
  if (node === undefined) return undefined;
  if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node)) return nameText(node.name);
  return ts.isExportAssignment(node) ? "default" : undefined;
}
