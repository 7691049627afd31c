import ts from "typescript";

import type { FunctionId } from "../ir/ir.js";
import { callIndex } from "./callIndex.js";
import type { ProgramContext } from "./context.js";
import type { CallSite } from "./facts.js";
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
    readonly targets: CallTargets,
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
    for (const call of this.#callsOf(names)) {
      if (sites.length >= maxCallers || ++candidates > maxCandidates) break;
      const site = this.#confirmed(call, id);
      if (site !== undefined) sites.push(site);
    }
    return sites;
  }

  *#callsOf(names: readonly string[]): Generator<Call> {
    if (names.length === 0) return;
    for (const file of this.context.sources) {
      if (!names.some((name) => file.text.includes(name))) continue;
      const { calls } = callIndex(file);
      const found = names.flatMap((name) => calls.get(name) ?? []);
      yield* names.length === 1 ? found : found.sort((a, b) => a.pos - b.pos || b.end - a.end);
    }
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
    const names = new Set(ownNames(fn));
    for (const name of names) {
      for (const file of this.context.sources) {
        if (names.size >= maxNames) return [...names];
        if (!file.text.includes(name)) continue;
        for (const other of callIndex(file).renames.get(name) ?? []) names.add(other);
      }
    }
    return [...names];
  }
}

function ownNames(fn: ts.Node): readonly string[] {
  if (ts.isConstructorDeclaration(fn)) {
    const own = fn.parent.name?.text;
    return own === undefined ? ["super"] : [own, "super", ...subclassHint(fn.parent)];
  }
  const names: string[] = [];
  const own = ts.isFunctionLike(fn) ? nameText(fn.name) : undefined;
  if (own !== undefined) names.push(own);
  if (hasModifier(fn, ts.SyntaxKind.DefaultKeyword)) names.push("default");
  const holder = holderOf(fn);
  if (holder !== undefined) names.push(holder);
  return names;
}

/** A class without a constructor runs its base's: `new Sub()` is then a call of the base's constructor; see the gaps in the tests. */
function subclassHint(owner: ts.ClassLikeDeclaration): readonly string[] {
  return hasModifier(owner, ts.SyntaxKind.DefaultKeyword) ? ["default"] : [];
}

/** The variable or property that holds a function expression; `default` for an exported one. */
function holderOf(fn: ts.Node): string | undefined {
  let node = fn.parent as ts.Node | undefined;
  while (node !== undefined && (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))) node = node.parent;
  if (node === undefined) return undefined;
  if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node)) return nameText(node.name);
  return ts.isExportAssignment(node) ? "default" : undefined;
}
