import type ts from "typescript";

import type { ModuleName } from "./packages.js";

/** An export of a package (or of a module that does not resolve), with member names behind it. */
export interface ImportedName extends ModuleName {
  readonly path: readonly string[];
}

/** What can hold the members of an object of the program. */
export type Owner = ts.ClassLikeDeclaration | ts.InterfaceDeclaration | ts.TypeLiteralNode | ts.ObjectLiteralExpression;

/**
 * What the value of an expression is, as far as declarations tell: the one intermediate answer behind origins, type references and
 * call targets. A shape is found by walking declarations, not by computing types, so it is the same with and without installed
 * dependencies, and asking for it instantiates no generic of a data layer.
 */
export type Shape =
  /** An object of a class, interface, object type or object literal of the program. */
  | { readonly kind: "instance"; readonly owner: Owner; readonly arguments: readonly (Shape | undefined)[] }
  /** A class, function, enum, namespace or module of the program itself. */
  | { readonly kind: "value"; readonly declaration: ts.Declaration }
  /** Something of a package. `declarations` are its declaration files' (empty: not installed); they answer questions about members. */
  | {
      readonly kind: "imported";
      readonly name: ImportedName;
      readonly role: "instance" | "export";
      readonly arguments: readonly (Shape | undefined)[];
      readonly declarations: readonly ts.Declaration[];
    }
  /** Something that a type parameter stands for. */
  | { readonly kind: "parameter"; readonly declaration: ts.TypeParameterDeclaration }
  /** An object of a type of the JavaScript or Node environment. */
  | { readonly kind: "builtin"; readonly name: string };

export type ImportedShape = Extract<Shape, { kind: "imported" }>;

/** What type parameters stand for. */
export type Bindings = ReadonlyMap<ts.TypeParameterDeclaration, Shape>;

/** Members of one name of a shape, and the bindings under which their annotations are to be read. */
export interface Member {
  readonly declarations: readonly ts.Declaration[];
  readonly bindings: Bindings;
}

export const noBindings: Bindings = new Map();

/** The shape with type parameters replaced by what they stand for. */
export function substitute(shape: Shape | undefined, bindings: Bindings): Shape | undefined {
  if (shape === undefined || bindings.size === 0) return shape;
  switch (shape.kind) {
    case "parameter":
      return bindings.get(shape.declaration) ?? shape;
    case "instance":
    case "imported":
      if (shape.arguments.length === 0) return shape;
      return { ...shape, arguments: shape.arguments.map((argument) => substitute(argument, bindings)) };
    case "value":
    case "builtin":
      return shape;
  }
}

/** Binds a declaration's type parameters, in order. */
export function bind(
  parameters: readonly ts.TypeParameterDeclaration[] | undefined,
  values: readonly (Shape | undefined)[],
): Map<ts.TypeParameterDeclaration, Shape> {
  const bindings = new Map<ts.TypeParameterDeclaration, Shape>();
  parameters?.forEach((parameter, index) => {
    const value = values[index];
    if (value !== undefined) bindings.set(parameter, value);
  });
  return bindings;
}

/** Whether two shapes are the same thing, type arguments aside. */
export function sameShape(a: Shape, b: Shape): boolean {
  switch (a.kind) {
    case "instance":
      return b.kind === "instance" && a.owner === b.owner;
    case "value":
      return b.kind === "value" && a.declaration === b.declaration;
    case "parameter":
      return b.kind === "parameter" && a.declaration === b.declaration;
    case "builtin":
      return b.kind === "builtin" && a.name === b.name;
    case "imported":
      return b.kind === "imported" && a.role === b.role && importedKey(a.name) === importedKey(b.name);
  }
}

/** Identifies an imported name. */
function importedKey(name: ImportedName): string {
  return `${name.package}/${name.subpath}:${name.path.join(".")}`;
}
