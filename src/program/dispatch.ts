import ts from "typescript";

import type { ProgramContext } from "./context.js";
import type { Target, Targets } from "./facts.js";
import type { Implementations } from "./implementations.js";
import { heritageOf, mergedWith, typeParametersOf } from "./members.js";
import { bind, type Bindings, type Member, type Owner, type Shape, substitute } from "./shape.js";
import type { Walk } from "./shapes.js";
import { functionOf, hasModifier, unwrap } from "./syntax.js";
import { typeArgumentsOf } from "./typeArguments.js";

const unknown: Targets = { kind: "unknown" };

/** Most implementations that a call may run (design 3.3). */
const maxImplementations = 8;
/** Longest chain of base classes. */
const maxBases = 8;

/** Chooses the functions that a method or constructor name means for a receiver. */
export class Dispatch {
  constructor(
    readonly context: ProgramContext,
    readonly walk: Walk,
    readonly implementations: Implementations,
  ) {}

  /** `new C(...)`: the constructor of the class or of the nearest base that has one; no function if none of the program's has. */
  constructorOf(shape: Shape | undefined): Targets {
    if (shape?.kind === "imported") return { kind: "external", package: shape.name.package, path: shape.name.path };
    if (shape?.kind === "builtin") return { kind: "builtin", owner: shape.name, name: "constructor" };
    if (shape?.kind !== "value" || !ts.isClassLike(shape.declaration)) return unknown;
    let owner: Shape | undefined = { kind: "instance", owner: shape.declaration, arguments: [] };
    for (let hops = 0; owner?.kind === "instance" && hops < maxBases; hops++) {
      const members: readonly ts.Node[] = ts.isClassLike(owner.owner) ? owner.owner.members : [];
      const constructor = members.find((m) => ts.isConstructorDeclaration(m) && m.body !== undefined);
      if (constructor !== undefined) return this.functions([constructor], this.#heritageBindings(shape.declaration, []));
      owner = heritageOf(this.walk, owner.owner)[0];
    }
    return owner?.kind === "imported" ? this.constructorOf(owner) : { kind: "functions", targets: [] };
  }

  /** `object.name(...)` for an object of this shape; `exact`: overriding methods of subclasses do not count (`super.name()`). */
  method(shape: Shape, name: string, exact = false): Targets {
    switch (shape.kind) {
      case "imported":
        return { kind: "external", package: shape.name.package, path: [...shape.name.path, name] };
      case "instance":
        return this.#virtual(shape.owner, shape.arguments, name, exact);
      case "value":
        return this.#static(shape, name);
      case "parameter": {
        const bound = shape.declaration.constraint && this.walk.type(shape.declaration.constraint);
        return bound === undefined || bound.kind === "parameter" ? unknown : this.method(bound, name);
      }
      case "builtin":
        return unknown;
    }
  }

  /** The functions of declarations whose receiver is not known any better. */
  declared(declarations: readonly ts.Declaration[]): Targets {
    const owners = declarations.map((d) => d.parent).filter((p): p is Owner & ts.Node => isOwner(p));
    const [owner] = owners;
    const name = declarations[0] && ts.getNameOfDeclaration(declarations[0]);
    if (owner !== undefined && owners.length === 1 && name !== undefined && ts.isIdentifier(name))
      return this.#virtual(owner, [], name.text, false);
    const bodies = declarations.map((d) => functionOf(d)).filter((fn) => fn !== undefined);
    return bodies.length < declarations.length ? unknown : this.functions(bodies, new Map());
  }

  /** These functions, overload signatures left out. */
  functions(nodes: readonly ts.Node[], bindings: Bindings): Targets {
    const typeArguments = typeArgumentsOf(this.context, bindings);
    const targets = nodes
      .map((node) => this.context.functionId(node))
      .filter((id) => id !== undefined)
      .map((id): Target => ({ function: id, typeArguments }));
    return targets.length === 0 || targets.length > maxImplementations ? unknown : { kind: "functions", targets };
  }

  #static(shape: Extract<Shape, { kind: "value" }>, name: string): Targets {
    const value = this.walk.memberValue(shape, name);
    if (value?.kind === "imported") return { kind: "external", package: value.name.package, path: value.name.path };
    const fn = value?.kind === "value" ? functionOf(value.declaration) : undefined;
    if (fn?.body !== undefined) return this.functions([fn], new Map());
    const bodies =
      this.walk
        .member(shape, name)
        ?.declarations.map((d) => functionOf(d))
        .filter((f) => f !== undefined) ?? [];
    return this.functions(bodies, new Map());
  }

  /** The member the receiver's own class has, and what its subclasses override it with. */
  #virtual(owner: Owner, args: readonly (Shape | undefined)[], name: string, exact: boolean): Targets {
    const found = new Map<string, Target>();
    const own = this.walk.member({ kind: "instance", owner, arguments: args }, name);
    const external = own === undefined ? this.#externalMember(owner, name) : this.#declaredOutside(own, owner, name);
    if (external !== undefined) return external;
    if (own === undefined) return unknown;
    const isComplete = this.#add(found, own, this.#heritageBindings(owner, args));
    const subtypes = exact ? [] : this.implementations.of(owner);
    if (subtypes === undefined) return unknown;
    for (const subtype of subtypes) {
      const member = this.walk.member({ kind: "instance", owner: subtype, arguments: [] }, name);
      const known = member === undefined || this.#add(found, member, this.#heritageBindings(subtype, []));
      if (!known || found.size > maxImplementations) return unknown;
    }
    return isComplete && found.size > 0 ? { kind: "functions", targets: [...found.values()] } : unknown;
  }

  /** False if the member is something other than a function of the program or a declaration without a body. */
  #add(found: Map<string, Target>, member: Member, bindings: Bindings): boolean {
    const bodies = member.declarations.map((d) => this.#functionHeld(d)).filter((fn) => fn !== undefined);
    const body = bodies.find((fn) => "body" in fn && fn.body !== undefined);
    const id = body && this.context.functionId(body);
    if (id === undefined) return member.declarations.every(isBodiless);
    if (!found.has(id))
      found.set(id, { function: id, typeArguments: typeArgumentsOf(this.context, new Map([...bindings, ...member.bindings])) });
    return true;
  }

  /** The function a member is or holds, also through a name: `{ run: runJob }`, `{ run }`. */
  #functionHeld(declaration: ts.Declaration): ts.Node | undefined {
    const own = functionOf(declaration);
    if (own !== undefined) return own;
    const isHeld =
      ts.isShorthandPropertyAssignment(declaration) ||
      (ts.isPropertyAssignment(declaration) && ts.isIdentifier(unwrap(declaration.initializer)));
    if (!isHeld) return undefined;
    const value = this.walk.declaration(declaration);
    return value?.kind === "value" ? functionOf(value.declaration) : undefined;
  }

  /** A member that a package's class declares, by the package's name for that class. */
  #declaredOutside(member: Member, owner: Owner, name: string): Targets | undefined {
    const isOwn = member.declarations.some((d) => this.context.isOwn(d.getSourceFile()));
    return isOwn ? undefined : this.#externalMember(owner, name);
  }

  /** A member that is not declared in the program belongs to the package's class that the receiver's class extends. */
  #externalMember(owner: Owner, name: string): Targets | undefined {
    let bases = heritageOf(this.walk, owner);
    for (let hops = 0; bases.length > 0 && hops < maxBases; hops++) {
      const imported = bases.find((base) => base.kind === "imported");
      if (imported !== undefined) return this.method(imported, name);
      bases = bases.flatMap((base) => (base.kind === "instance" ? heritageOf(this.walk, base.owner) : []));
    }
    return undefined;
  }

  /** What the type parameters of a class and of all its bases stand for. */
  #heritageBindings(owner: Owner, args: readonly (Shape | undefined)[]): Bindings {
    const all = new Map<ts.TypeParameterDeclaration, Shape>();
    let current: { owner: Owner; arguments: readonly (Shape | undefined)[] }[] = [{ owner, arguments: args }];
    for (let hops = 0; current.length > 0 && hops < maxBases; hops++) {
      const next: typeof current = [];
      for (const { owner: at, arguments: values } of current) {
        for (const part of mergedWith(this.walk, at)) {
          const bindings = bind(typeParametersOf(part), values);
          for (const [key, value] of bindings) all.set(key, value);
          for (const base of [...heritageOf(this.walk, part), ...this.#implemented(part)]) {
            const shape = substitute(base, bindings);
            if (shape?.kind === "instance") next.push(shape);
          }
        }
      }
      current = next;
    }
    return all;
  }

  #implemented(owner: Owner): readonly Shape[] {
    if (!ts.isClassLike(owner)) return [];
    const clauses = owner.heritageClauses?.filter((clause) => clause.token === ts.SyntaxKind.ImplementsKeyword) ?? [];
    return clauses.flatMap((clause) => clause.types.map((type) => this.walk.type(type))).filter((shape) => shape !== undefined);
  }
}

function isOwner(node: ts.Node): node is Owner {
  return ts.isClassLike(node) || ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node) || ts.isObjectLiteralExpression(node);
}

/** Whether the declaration only promises a function: abstract, in an interface, an overload signature. */
function isBodiless(node: ts.Declaration): boolean {
  if (ts.isMethodSignature(node) || ts.isPropertySignature(node)) return true;
  if (ts.isMethodDeclaration(node)) return node.body === undefined;
  return (
    ts.isPropertyDeclaration(node) && (hasModifier(node, ts.SyntaxKind.AbstractKeyword) || hasModifier(node, ts.SyntaxKind.DeclareKeyword))
  );
}
