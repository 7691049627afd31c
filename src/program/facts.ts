/**
 * Everything the analysis may ask of the program it looks at. The room `program/` answers from the TypeScript compiler; tests answer
 * from tables. All answers are plain data; `undefined` always means "not known", never "no".
 */
import type { FunctionId, IrFile, IrFunction, Literal, Loc, NodeRef } from "../ir/ir.js";

/** `<absolute path>#<name>` of a class or interface of the program (`<absolute path>#<class node id>` if it has no name). */
export type ClassId = string;

/** The package export, or else the class of the program, that an expression's value is or is an instance of. */
export interface Origin {
  /**
   * Exact package name (`typeorm`, `@prisma/client`), without subpath. For an import that does not resolve and is relative or an alias
   * without a package: the absolute path it would have, without extension (a generated client that is not checked in). For a class,
   * interface or object type of the program that no package's stands above: the absolute path of its file; `path` is its name.
   */
  readonly package: string;
  /** Module subpath behind the package name (`""`, `extension`, `pg-core`). */
  readonly subpath: string;
  /** Exported name and member names: `["Repository"]`, `["Prisma", "TransactionClient"]`. `["default"]` for a default export. */
  readonly path: readonly string[];
  /** `instance`: an object of that class or interface type (also what the exported factory function returned); `export`: the export itself. */
  readonly role: "instance" | "export";
  /** Type arguments as written or resolved, e.g. the entity of `Repository<Job>`. */
  readonly typeArguments: readonly TypeRef[];
  /** Classes and interfaces of the program between the expression's own type and the package's, nearest first (`JobRepo` for `class JobRepo extends Repository<Job>`). */
  readonly via: readonly ClassId[];
}

export type TypeRef =
  /** A class, interface or type alias of the program. */
  | { readonly kind: "class"; readonly id: ClassId; readonly name: string }
  /** A type parameter; `owner` is the class id or function id that declares it. */
  | { readonly kind: "parameter"; readonly owner: string; readonly name: string }
  /** Something exported by a package or by a module that does not resolve. */
  | { readonly kind: "external"; readonly package: string; readonly name: string }
  | { readonly kind: "unknown" };

/** What a `global` name (or a property chain on it) denotes. */
export type Declaration =
  /** A literal: module constant, enum member, property of a constant object, static readonly field. */
  | { readonly kind: "constant"; readonly value: Literal }
  /** A constant whose literal is not visible, by a name that is the same wherever it is used: `<package or path>:Status.RUNNING`. */
  | { readonly kind: "symbol"; readonly name: string }
  | { readonly kind: "function"; readonly functions: readonly FunctionId[] }
  | { readonly kind: "class"; readonly id: ClassId; readonly name: string }
  /** A module-level variable of the program; `initialiser` returns its value. */
  | { readonly kind: "variable"; readonly key: string; readonly initialiser: FunctionId | undefined; readonly constant: boolean }
  /** An export of a package (or of a module that does not resolve). */
  | { readonly kind: "import"; readonly package: string; readonly path: readonly string[] }
  /** A name of the JavaScript or Node environment: `Date`, `Promise`, `console`, `fetch`. */
  | { readonly kind: "builtin"; readonly name: string };

export type Targets =
  | { readonly kind: "functions"; readonly targets: readonly Target[] }
  /** Declared by a package (or imported from a module that does not resolve). */
  | { readonly kind: "external"; readonly package: string; readonly path: readonly string[] }
  /** Declared by TypeScript's own libraries or Node's types: `Array.map`, `console.log`, `crypto.randomUUID`. */
  | { readonly kind: "builtin"; readonly owner: string; readonly name: string }
  | { readonly kind: "unknown" };

export interface Target {
  readonly function: FunctionId;
  /** Type parameters bound by the receiver's class and its heritage, or by explicit type arguments, by `<owner>.<name>`. */
  readonly typeArguments: Readonly<Record<string, TypeRef>>;
}

export interface CallSite {
  readonly caller: FunctionId;
  /** The call expression. */
  readonly call: NodeRef;
}

export interface DecoratorUse {
  readonly package: string;
  readonly name: string;
  /** The arguments as far as they are literals or object literals of literals; functions give the name of the class they return (`() => Job`). */
  readonly arguments: readonly DecoratorArgument[];
}

export type DecoratorArgument =
  | { readonly kind: "literal"; readonly value: Literal }
  | { readonly kind: "class"; readonly type: TypeRef }
  | { readonly kind: "object"; readonly properties: Readonly<Record<string, DecoratorArgument>> }
  | { readonly kind: "list"; readonly elements: readonly DecoratorArgument[] }
  | { readonly kind: "unknown" };

export interface ClassMember {
  readonly name: string;
  readonly kind: "field" | "method" | "accessor" | "constructor";
  /** Also holds an interface's or alias's property. */
  readonly static: boolean;
  /** The annotation's text with white space folded, or the text of the resolved type; `undefined` when neither is there. */
  readonly type: string | undefined;
  readonly optional: boolean;
  readonly decorators: readonly DecoratorUse[];
  readonly function: FunctionId | undefined;
}

export interface ClassInfo {
  readonly id: ClassId;
  readonly name: string;
  readonly decorators: readonly DecoratorUse[];
  readonly members: readonly ClassMember[];
  /** Superclass as written, resolved. */
  readonly extends: TypeRef | undefined;
  readonly loc: Loc;
}

export interface ProgramFacts {
  /** Absolute paths of the program's source files (no declaration files) whose import closure reaches a data layer, or that such a file imports; sorted. */
  readonly files: readonly string[];
  /** The lowered file; `undefined` for a file that is not part of the program or a declaration file. */
  ir(file: string): IrFile | undefined;
  function(id: FunctionId): IrFunction | undefined;
  loc(ref: NodeRef): Loc;
  /** Where a call's arguments name a property (`status` in `findFirst({ where: { id, status: "pending" } })`), the outermost first. */
  propertyOf(call: NodeRef, name: string): Loc | undefined;
  /** Where the value of an expression node comes from, by its symbol, annotation, initialiser, heritage or type. Bounded. */
  origin(expression: NodeRef): Origin | undefined;
  /** What a name (identifier, or property access on names such as `Status.RUNNING`) denotes. */
  declaration(expression: NodeRef): Declaration | undefined;
  /** The class, interface or alias that an expression denotes (`Job` in `getRepository(Job)`), or whose instance its type is. */
  typeOf(expression: NodeRef): TypeRef | undefined;
  /** What a call (or `new`) may run. */
  targets(call: NodeRef): Targets;
  /** Calls in the program that may run the function; bounded, in source order. Registrations (`app.get(path, handler)`) are no calls. */
  callers(id: FunctionId): readonly CallSite[];
  classInfo(id: ClassId): ClassInfo | undefined;
  /** Classes of the program that carry a decorator of this package and name (entities). */
  decorated(packageName: string, name: string): readonly ClassId[];
  /** The function a class runs for `member`, its own or inherited. */
  method(id: ClassId, member: string): FunctionId | undefined;
  decoratorsOf(id: FunctionId): readonly DecoratorUse[];
  /** Files beside the program by name (`schema.prisma`, `*.prisma` in a `prisma` folder), searched upward from its sources: path and text. */
  companions(kind: "prisma-schema"): readonly { readonly path: string; readonly text: string }[];
  /** Whether the text of a source file contains the word; a cheap filter before evaluating it. */
  mentions(file: string, word: string): boolean;
}
