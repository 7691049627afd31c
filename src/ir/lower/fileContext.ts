import type ts from "typescript";

import type { IrClass, IrFunction, IrVariable, Loc, NodeId, VariableId } from "../ir.js";
import type { Scope } from "./scopes.js";

/** What all functions of one file share while it is lowered: the tables that the IR's indices point into. */
export class FileContext {
  readonly path: string;
  readonly nodes: ts.Node[] = [];
  readonly ids = new Map<ts.Node, NodeId>();
  readonly functions: (IrFunction | undefined)[] = [];
  readonly functionIndex = new Map<ts.Node, number>();
  readonly classes: IrClass[] = [];
  readonly classIndex = new Map<ts.Node, number>();
  readonly variables: IrVariable[] = [];
  readonly initialisers = Object.create(null) as Record<string, number>;
  /** Scopes by the node that opens them: the second copy of a `finally` block must see the variables of the first. */
  readonly scopes = new Map<ts.Node, Scope>();

  #locs: readonly Loc[] | undefined;

  constructor(readonly sourceFile: ts.SourceFile) {
    this.path = sourceFile.fileName.replaceAll("\\", "/");
  }

  id(node: ts.Node): NodeId {
    const known = this.ids.get(node);
    if (known !== undefined) return known;
    const id = this.nodes.length;
    this.nodes.push(node);
    this.ids.set(node, id);
    return id;
  }

  /** Takes the next function index, so that a function comes before the functions inside it. */
  reserveFunction(key: ts.Node): number {
    const index = this.functions.length;
    this.functions.push(undefined);
    this.functionIndex.set(key, index);
    return index;
  }

  reserveClass(node: ts.Node, name: string | undefined): number {
    const index = this.classes.length;
    this.classes.push({ name, node: this.id(node), members: [] });
    this.classIndex.set(node, index);
    return index;
  }

  addVariable(variable: IrVariable): VariableId {
    this.variables.push(variable);
    return this.variables.length - 1;
  }

  /** Computed when first asked for: only files with a finding need them, and finding where a node starts means scanning its comments. */
  get locs(): readonly Loc[] {
    this.#locs ??= this.nodes.map((node) => this.#loc(node));
    return this.#locs;
  }

  #loc(node: ts.Node): Loc {
    const start = this.sourceFile.getLineAndCharacterOfPosition(node.getStart(this.sourceFile));
    const end = this.sourceFile.getLineAndCharacterOfPosition(node.end);
    return { line: start.line + 1, column: start.character, endLine: end.line + 1, endColumn: end.character };
  }
}
