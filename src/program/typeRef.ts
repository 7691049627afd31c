import ts from "typescript";

import { classIdOf } from "./classIds.js";
import type { ProgramContext } from "./context.js";
import type { TypeRef } from "./facts.js";
import type { Shape } from "./shape.js";

const unknown: TypeRef = { kind: "unknown" };

/** The class, interface, alias or type parameter that a shape is, or is an instance of. */
export function typeRefOf(context: ProgramContext, shape: Shape | undefined): TypeRef {
  switch (shape?.kind) {
    case "instance": {
      const id = classIdOf(context, shape.owner);
      return id === undefined ? unknown : { kind: "class", id, name: id.slice(id.lastIndexOf("#") + 1) };
    }
    case "value":
      return ts.isClassLike(shape.declaration)
        ? typeRefOf(context, { kind: "instance", owner: shape.declaration, arguments: [] })
        : unknown;
    case "imported":
      return { kind: "external", package: shape.name.package, name: shape.name.path.join(".") };
    case "parameter":
      return parameterRef(context, shape.declaration);
    case "builtin":
    case undefined:
      return unknown;
  }
}

/** A type parameter by the class, alias or function that declares it. */
export function parameterRef(context: ProgramContext, declaration: ts.TypeParameterDeclaration): TypeRef {
  const owner = parameterOwner(context, declaration.parent);
  return owner === undefined ? unknown : { kind: "parameter", owner, name: declaration.name.text };
}

/** The class id or function id of what declares a type parameter. */
export function parameterOwner(context: ProgramContext, node: ts.Node): string | undefined {
  if (ts.isClassLike(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return classIdOf(context, node);
  return context.functionId(node);
}
