import ts from "typescript";

import type { ProgramContext } from "./context.js";
import { checkedShape } from "./checkedShape.js";
import type { Dispatch } from "./dispatch.js";
import type { Target, Targets } from "./facts.js";
import { inferredBindings } from "./inference.js";
import type { Denoted } from "./names.js";
import { nodeModule } from "./packages.js";
import type { Bindings, Shape } from "./shape.js";
import { noBindings } from "./shape.js";
import type { Shapes } from "./shapes.js";
import { functionOf, nameText, propertyAccess, unwrap } from "./syntax.js";
import { typeArgumentsOf } from "./typeArguments.js";

export const unknownTargets: Targets = { kind: "unknown" };

export type Call = ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression;

/** Longest chain of variables that hand on a function. */
const maxAliases = 6;

/** Answers what a call may run, by the declarations of its callee's name; signatures are never resolved. */
export class CallTargets {
  readonly #memo = new Map<ts.Node, Targets>();

  constructor(
    readonly context: ProgramContext,
    readonly shapes: Shapes,
    readonly dispatch: Dispatch,
  ) {}

  of(call: Call): Targets {
    let found = this.#memo.get(call);
    if (found === undefined) {
      found = this.#find(call);
      this.#memo.set(call, found);
    }
    return found;
  }

  #find(call: Call): Targets {
    if (ts.isNewExpression(call)) return this.dispatch.constructorOf(this.shapes.of(call.expression));
    const callee = unwrap(ts.isTaggedTemplateExpression(call) ? call.tag : call.expression);
    if (callee.kind === ts.SyntaxKind.SuperKeyword) return this.#superConstructor(callee);
    const access = propertyAccess(callee);
    const found = access === undefined ? this.#named(callee, 0) : this.#method(access);
    return this.#withTypeArguments(found, call);
  }

  #superConstructor(callee: ts.Node): Targets {
    const base = this.shapes.expression(callee);
    if (base?.kind === "instance" && ts.isClassLike(base.owner))
      return this.dispatch.constructorOf({ kind: "value", declaration: base.owner });
    return this.dispatch.constructorOf(base?.kind === "imported" ? { ...base, role: "export" } : base);
  }

  /** `f(...)`: a function by name, through variables that hand it on. */
  #named(callee: ts.Node, hops: number): Targets {
    const own = functionOf(callee);
    if (own !== undefined && callee === own) return this.dispatch.functions([own], noBindings);
    const denoted = ts.isIdentifier(callee) ? this.shapes.names.at(callee) : undefined;
    if (denoted === undefined || hops > maxAliases) return this.#byShape(callee);
    switch (denoted.kind) {
      case "builtin":
        return { kind: "builtin", owner: denoted.owner, name: denoted.name };
      case "imported":
        return { kind: "external", package: denoted.name.package, path: denoted.name.path };
      case "own":
        return this.#declared(denoted, hops);
    }
  }

  #declared(denoted: Extract<Denoted, { kind: "own" }>, hops: number): Targets {
    const functions = denoted.declarations.map((declaration) => functionOf(declaration)).filter((fn) => fn !== undefined);
    if (functions.length > 0) return this.dispatch.functions(functions, noBindings);
    const [declaration] = denoted.declarations;
    if (declaration === undefined) return unknownTargets;
    if (ts.isBindingElement(declaration)) return this.#destructured(declaration);
    if (ts.isExportAssignment(declaration)) return this.#handedOn(declaration.expression, hops);
    const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
    return value === undefined ? unknownTargets : this.#handedOn(value, hops);
  }

  /** `const f = g`, `const f = object.g`. What a call returns is not followed here but by the values that flow. */
  #handedOn(value: ts.Expression, hops: number): Targets {
    const inner = unwrap(value);
    const bound = boundFunction(inner);
    if (bound !== undefined) return this.#handedOn(bound, hops + 1);
    const access = propertyAccess(inner);
    if (access !== undefined) return this.#method(access);
    return ts.isIdentifier(inner) || functionOf(inner) !== undefined ? this.#named(inner, hops + 1) : unknownTargets;
  }

  /** `const { run } = service`. */
  #destructured(element: ts.BindingElement): Targets {
    const name = nameText(element.propertyName ?? element.name);
    if (!ts.isObjectBindingPattern(element.parent) || name === undefined) return unknownTargets;
    const whole = this.shapes.declaration(element.parent.parent);
    return whole === undefined ? unknownTargets : this.dispatch.method(whole, name);
  }

  #byShape(callee: ts.Node): Targets {
    const shape = this.shapes.expression(callee);
    if (shape?.kind === "imported") return { kind: "external", package: shape.name.package, path: shape.name.path };
    const fn = shape?.kind === "value" ? functionOf(shape.declaration) : undefined;
    return fn === undefined ? unknownTargets : this.dispatch.functions([fn], noBindings);
  }

  /**
   * `object.name(...)`: by the declarations that say what the object is, else by the compiler's. The compiler is not asked about an
   * object of a data layer.
   */
  #method(access: { object: ts.Expression; name: string; nameNode: ts.Node }): Targets {
    const object = unwrap(access.object);
    const isSuper = object.kind === ts.SyntaxKind.SuperKeyword;
    const shape = this.shapes.expression(isSuper ? object : access.object);
    if (shape !== undefined && shape.kind !== "builtin") {
      const found = this.dispatch.method(shape, access.name, isSuper);
      if (found.kind !== "unknown" && !this.#isWithout(shape, access.name)) return found;
      if (found.kind === "external") return or(this.#byCompiler(access, shape), found);
    }
    return this.#byCompiler(access, shape);
  }

  /** Whether an object of an installed package has no member of that name: then what the declarations say of it is wrong or incomplete. */
  #isWithout(shape: Shape, name: string): boolean {
    return shape.kind === "imported" && shape.declarations.length > 0 && this.shapes.member(shape, name) === undefined;
  }

  #byCompiler(access: { object: ts.Expression; name: string; nameNode: ts.Node }, shape: Shape | undefined): Targets {
    const denoted = this.shapes.names.at(access.nameNode);
    switch (denoted?.kind) {
      case "builtin":
        return { kind: "builtin", owner: denoted.owner, name: denoted.name };
      case "imported":
        return { kind: "external", package: denoted.name.package, path: denoted.name.path };
      case "own":
        return this.#typedMethod(access, denoted.declarations);
      case undefined:
        return shape?.kind === "builtin" ? { kind: "builtin", owner: environmentOwner(shape.name), name: access.name } : unknownTargets;
    }
  }

  /** The receiver's type is known to the compiler only (inferred, or a union). */
  #typedMethod(access: { object: ts.Expression; name: string }, declarations: readonly ts.Declaration[]): Targets {
    const receiver = checkedShape(this.shapes, this.context.checker.getTypeAtLocation(access.object));
    const found = receiver === undefined || receiver.kind === "builtin" ? unknownTargets : this.dispatch.method(receiver, access.name);
    return found.kind === "unknown" ? this.dispatch.declared(declarations) : found;
  }

  /** Adds what the call's own type arguments say. */
  #withTypeArguments(found: Targets, call: ts.CallExpression | ts.TaggedTemplateExpression): Targets {
    if (found.kind !== "functions" || !ts.isCallExpression(call)) return found;
    return { kind: "functions", targets: found.targets.map((target) => this.#withOwn(target, call)) };
  }

  #withOwn(target: Target, call: ts.CallExpression): Target {
    const fn = this.context.functionNode(target.function);
    const signature = fn !== undefined && ts.isFunctionLike(fn) ? fn : undefined;
    if (signature?.typeParameters === undefined) return target;
    const bindings: Bindings = inferredBindings(this.shapes, signature, call);
    return { ...target, typeArguments: { ...target.typeArguments, ...typeArgumentsOf(this.context, bindings) } };
  }
}

function or(found: Targets, otherwise: Targets): Targets {
  return found.kind === "unknown" ? otherwise : found;
}

/** `Console` for the variable `console`; a module of Node's keeps its name, also when imported by default. */
function environmentOwner(name: string): string {
  const plain = name.replace(/\.default$/, "");
  return nodeModule(plain) === undefined || plain === "console" ? plain.charAt(0).toUpperCase() + plain.slice(1) : plain;
}

/** `f.bind(object)`: the function itself, as long as no argument is bound. */
function boundFunction(value: ts.Node): ts.Expression | undefined {
  if (!ts.isCallExpression(value) || value.arguments.length !== 1) return undefined;
  const access = propertyAccess(unwrap(value.expression));
  return access?.name === "bind" ? access.object : undefined;
}
