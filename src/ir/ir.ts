/**
 * The intermediate representation of one source file: every function body as a small control-flow graph of three-address instructions.
 *
 * All of it is plain data. A syntax node is named by its index in the file's node table (`NodeId`), which the program room keeps beside
 * the IR; nothing here holds a compiler object, so the analysis runs on hand-written IR as well as on lowered TypeScript.
 */

/** Index into the file's node table. Stable for the life of the source file object. */
export type NodeId = number;

/** Result of one instruction. Each temporary is assigned by exactly one instruction of its function. */
export type Temp = number;

/** Index into `IrFile.variables`. Unique in the file, so a captured variable has the same id inside and outside the closure. */
export type VariableId = number;

/** Index into `IrFunction.blocks`. The entry is block 0. */
export type BlockId = number;

/** `<absolute path>#<index in IrFile.functions>`: names a function across files. */
export type FunctionId = string;

/** Names a syntax node across files. */
export interface NodeRef {
  readonly file: string;
  readonly node: NodeId;
}

/** A source range as ESLint counts it: lines from 1, columns from 0, the end exclusive. */
export interface Loc {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface IrFile {
  /** Absolute path with forward slashes. */
  readonly file: string;
  readonly functions: readonly IrFunction[];
  readonly classes: readonly IrClass[];
  readonly variables: readonly IrVariable[];
  /** Location of every node that an instruction, function or class names, by `NodeId`. */
  readonly locs: readonly Loc[];
  /**
   * For each module-level `const`/`let`/`var` with an initialiser, by variable name: the index of a function without parameters that
   * returns the initialiser's value. Lets the analysis evaluate a constant table without running the module.
   */
  readonly initialisers: Readonly<Record<string, number>>;
}

export interface IrVariable {
  readonly name: string;
  /** Index of the function that declares it. */
  readonly declaredIn: number;
  readonly kind: "parameter" | "const" | "let" | "var" | "using" | "function" | "class" | "catch" | "synthetic";
}

export interface IrClass {
  /** `undefined` for an anonymous class expression. */
  readonly name: string | undefined;
  readonly node: NodeId;
  readonly members: readonly IrMember[];
}

export interface IrMember {
  readonly name: string;
  readonly kind: "constructor" | "method" | "getter" | "setter" | "field";
  readonly static: boolean;
  /** Index of the body; for a field the index of a function that returns its initialiser. Absent: abstract, overload or no initialiser. */
  readonly function?: number;
  readonly node: NodeId;
}

export interface IrFunction {
  readonly id: FunctionId;
  readonly index: number;
  /** `Class.method`, the function's name, the variable or property it is assigned to, or `<anonymous>`. */
  readonly name: string;
  readonly kind: "function" | "arrow" | "method" | "constructor" | "getter" | "setter" | "initialiser" | "static-block" | "module";
  readonly async: boolean;
  readonly generator: boolean;
  /** The function declaration or expression; for a module the source file; for an initialiser the initialising expression. */
  readonly node: NodeId;
  /** Index of the lexically enclosing function; absent for the module. */
  readonly parent?: number;
  /** Index in `IrFile.classes` of the class whose member this is. */
  readonly class?: number;
  /** Declared names, for messages; a destructured parameter is `{…}`. A rest parameter has `rest`. */
  readonly parameters: readonly { readonly name: string; readonly rest: boolean; readonly node: NodeId }[];
  /** Variables of enclosing functions (never of the module: those are `global`) that this function or a closure inside it uses. */
  readonly captures: readonly VariableId[];
  readonly blocks: readonly Block[];
}

export interface Block {
  readonly id: BlockId;
  readonly instructions: readonly Instruction[];
  readonly terminator: Terminator;
  /**
   * The `catch` or `finally` block that an exception raised in this block reaches. Used only to join variable values at the handler.
   * For dominance and dependence a `try` is a `branch` on a `nondet` temporary between body and handler, and only an explicit `throw`
   * is an edge; otherwise every statement behind a call in a `try` would depend on everything before it.
   */
  readonly handler?: BlockId;
}

export type Terminator =
  | { readonly kind: "goto"; readonly target: BlockId }
  /** `node` is the tested expression: the operand of `&&`/`||`/`!`, never the whole of it (conditions are lowered to short-circuit jumps). */
  | { readonly kind: "branch"; readonly condition: Temp; readonly whenTrue: BlockId; readonly whenFalse: BlockId; readonly node: NodeId }
  | { readonly kind: "return"; readonly value?: Temp; readonly node: NodeId }
  /** `handler` is set inside a `try`: the throw is then a jump. */
  | { readonly kind: "throw"; readonly value: Temp; readonly handler?: BlockId; readonly node: NodeId }
  /** Control cannot get here (after an endless loop). */
  | { readonly kind: "unreachable" };

interface Base {
  readonly dest: Temp;
  readonly node: NodeId;
}

export type Literal = string | number | boolean | null | undefined;

export type ObjectPart =
  | { readonly kind: "field"; readonly name: string; readonly value: Temp }
  | { readonly kind: "computed"; readonly key: Temp; readonly value: Temp }
  | { readonly kind: "spread"; readonly value: Temp };

export interface Argument {
  readonly value: Temp;
  readonly spread: boolean;
  readonly node: NodeId;
}

export type Callee =
  /** `object.name(...)`; `super.name(...)` has `super` and the receiver is `this`. Private names keep their `#`. */
  | { readonly kind: "method"; readonly object: Temp; readonly name: string; readonly super: boolean }
  /** `object[key](...)` with a key that is no literal. */
  | { readonly kind: "computed"; readonly object: Temp; readonly key: Temp }
  /** `f(...)`, `(expression)(...)`. */
  | { readonly kind: "value"; readonly value: Temp }
  /** `super(...)` in a constructor. */
  | { readonly kind: "super" };

export type Instruction =
  /** A literal; a template without substitutions; `undefined`. BigInts and regular expressions are `unknown`. */
  | (Base & { readonly op: "const"; readonly value: Literal })
  /** The value of parameter `index` at entry (an array for a rest parameter). Defaults are lowered to a branch on `=== undefined`. */
  | (Base & { readonly op: "param"; readonly index: number })
  | (Base & { readonly op: "this" })
  /** Reads a variable of this function or of an enclosing function other than the module. */
  | (Base & { readonly op: "load"; readonly variable: VariableId })
  /** `dest` is the stored value again, so that assignments are expressions. */
  | (Base & { readonly op: "store"; readonly variable: VariableId; readonly value: Temp })
  /** A name declared at module level, imported, or global. Only the program room can say what it is. */
  | (Base & { readonly op: "global"; readonly name: string })
  /** Assignment to a module-level name. */
  | (Base & { readonly op: "store-global"; readonly name: string; readonly value: Temp })
  /** `object.name`, also `object["name"]` and a destructured property. `optional` for `?.`: undefined when the object is nullish. */
  | (Base & { readonly op: "get"; readonly object: Temp; readonly name: string; readonly optional: boolean })
  /** `object[key]` with any other key. A literal integer index is `index` with a `const` key; so is array destructuring. */
  | (Base & { readonly op: "index"; readonly object: Temp; readonly key: Temp; readonly optional: boolean })
  /** `object.name = value`; also compound assignments, after their `get` and `binary`. */
  | (Base & { readonly op: "set"; readonly object: Temp; readonly name: string; readonly value: Temp })
  | (Base & { readonly op: "set-index"; readonly object: Temp; readonly key: Temp; readonly value: Temp })
  /** `delete object.name` (`name` absent: a computed key). */
  | (Base & { readonly op: "delete"; readonly object: Temp; readonly name?: string })
  /** Later parts override earlier ones. Methods and accessors are fields that hold closures. */
  | (Base & { readonly op: "object"; readonly parts: readonly ObjectPart[] })
  | (Base & { readonly op: "array"; readonly elements: readonly { readonly value: Temp; readonly spread: boolean }[] })
  /** `{ a, ...rest } = object`: the object without the excluded names. */
  | (Base & { readonly op: "rest"; readonly object: Temp; readonly excluded: readonly string[] })
  /** `[a, ...rest] = array`: the array from index `from` on. */
  | (Base & { readonly op: "slice"; readonly array: Temp; readonly from: number })
  /** Template literal with substitutions: `strings` has one more entry than `values`. Tagged templates are calls whose only argument this is. */
  | (Base & { readonly op: "template"; readonly strings: readonly string[]; readonly values: readonly Temp[] })
  | (Base & { readonly op: "closure"; readonly function: number })
  /** A class expression or declaration evaluated as a value. */
  | (Base & { readonly op: "class"; readonly class: number })
  /** `!`, `-`, `+`, `~`, `typeof`, `void`. */
  | (Base & { readonly op: "unary"; readonly operator: string; readonly operand: Temp })
  /** Arithmetic, comparison, `in`, `instanceof`. `&&`, `||`, `??` and `?:` are control flow that stores into a synthetic variable. */
  | (Base & { readonly op: "binary"; readonly operator: string; readonly left: Temp; readonly right: Temp })
  | (Base & { readonly op: "await"; readonly value: Temp })
  | (Base & { readonly op: "yield"; readonly value?: Temp; readonly delegate: boolean })
  /**
   * `nameNode` is the callee's name (the property name of a method call), which a report underlines. `use` says what becomes of the
   * result: `awaited` (also through parentheses, and through `then`, `catch` and `finally`), `returned` (from the function, or the body of
   * an arrow), `discarded` (an expression statement, `void f()`), or `value` (anything else).
   */
  | (Base & {
      readonly op: "call";
      readonly callee: Callee;
      readonly arguments: readonly Argument[];
      readonly new: boolean;
      readonly tagged: boolean;
      readonly optional: boolean;
      readonly nameNode: NodeId;
      readonly use: "awaited" | "returned" | "discarded" | "value";
    })
  /** Whether `for..of`/`for await` has another element, or `for..in` another key: the condition of the loop's branch. */
  | (Base & { readonly op: "has-next"; readonly iterable: Temp; readonly over: "values" | "keys" })
  /** The loop's current element (`over: "keys"`: key). */
  | (Base & { readonly op: "next"; readonly iterable: Temp; readonly over: "values" | "keys" })
  /** A choice that no expression of the program makes: whether a `try` body throws, which `switch` default is reached. */
  | (Base & { readonly op: "nondet" })
  /** The value caught by a `catch` clause. */
  | (Base & { readonly op: "caught" })
  /** Syntax this IR does not express (named by its kind), computed from `operands`. Never a reason to stop. */
  | (Base & { readonly op: "unknown"; readonly syntax: string; readonly operands: readonly Temp[] });

export type CallInstruction = Extract<Instruction, { op: "call" }>;

/** The blocks control can reach next, in the order true, false for a branch. Exceptions other than an explicit `throw` in a `try` are no edges. */
export function successors(block: Block): readonly BlockId[] {
  const end = block.terminator;
  switch (end.kind) {
    case "goto":
      return [end.target];
    case "branch":
      return end.whenTrue === end.whenFalse ? [end.whenTrue] : [end.whenTrue, end.whenFalse];
    case "throw":
      return end.handler === undefined ? [] : [end.handler];
    case "return":
    case "unreachable":
      return [];
  }
}

/** The id that names function `index` of `file` across files. */
export function functionId(file: string, index: number): FunctionId {
  return `${file}#${String(index)}`;
}
