import ts from "typescript";

import { classIdOf } from "./classIds.js";
import type { ClassId, Origin } from "./facts.js";
import { heritageOf, mergedWith, typeParametersOf } from "./members.js";
import { bind, type ImportedShape, type Shape, substitute } from "./shape.js";
import type { Walk } from "./shapes.js";
import { typeRefOf } from "./typeRef.js";

/** Longest chain of classes between an object and the package. */
const maxHeritage = 8;

/** The package export that a shape is, or is an instance of, by its classes' heritage; otherwise its own class. */
export function originOf(walk: Walk, shape: Shape | undefined): Origin | undefined {
  return shape && (climb(walk, shape, []) ?? ownOrigin(walk, shape));
}

/** A class, interface or object type of the program that is no package's. */
function ownOrigin(walk: Walk, shape: Shape): Origin | undefined {
  switch (shape.kind) {
    case "instance":
      return namedOrigin(classIdOf(walk.context, shape.owner), "instance");
    case "value":
      return ts.isClassLike(shape.declaration) ? namedOrigin(classIdOf(walk.context, shape.declaration), "export") : undefined;
    case "parameter": {
      const bound = shape.declaration.constraint && walk.type(shape.declaration.constraint);
      return bound && bound.kind !== "parameter" ? ownOrigin(walk, bound) : undefined;
    }
    case "imported":
    case "builtin":
      return undefined;
  }
}

function namedOrigin(id: ClassId | undefined, role: Origin["role"]): Origin | undefined {
  if (id === undefined) return undefined;
  const at = id.lastIndexOf("#");
  return { package: id.slice(0, at), subpath: "", path: [id.slice(at + 1)], role, typeArguments: [], via: [] };
}

function climb(walk: Walk, shape: Shape, via: readonly string[]): Origin | undefined {
  if (via.length > maxHeritage) return undefined;
  switch (shape.kind) {
    case "imported":
      return importedOrigin(walk, shape, via);
    case "instance":
      return instanceOrigin(walk, shape, via);
    case "value":
      return ts.isClassLike(shape.declaration) ? classOrigin(walk, shape.declaration, via) : undefined;
    case "parameter": {
      const bound = shape.declaration.constraint && walk.type(shape.declaration.constraint);
      return bound && bound.kind !== "parameter" ? climb(walk, bound, via) : undefined;
    }
    case "builtin":
      return undefined;
  }
}

function importedOrigin(walk: Walk, shape: ImportedShape, via: readonly string[]): Origin {
  const typeArguments = shape.arguments.map((argument) => typeRefOf(walk.context, argument));
  const { package: packageName, subpath, path } = shape.name;
  return { package: packageName, subpath, path, role: shape.role, typeArguments, via };
}

function instanceOrigin(walk: Walk, shape: Extract<Shape, { kind: "instance" }>, via: readonly string[]): Origin | undefined {
  const id = classIdOf(walk.context, shape.owner);
  const next = id === undefined ? via : [...via, id];
  for (const part of mergedWith(walk, shape.owner)) {
    const bindings = bind(typeParametersOf(part), shape.arguments);
    for (const base of heritageOf(walk, part)) {
      const found = climb(walk, substitute(base, bindings) ?? base, next);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A class as a value is what its base class is as a value. */
function classOrigin(walk: Walk, declaration: ts.ClassLikeDeclaration, via: readonly string[]): Origin | undefined {
  const found = instanceOrigin(walk, { kind: "instance", owner: declaration, arguments: [] }, via);
  return found && { ...found, role: "export" };
}
