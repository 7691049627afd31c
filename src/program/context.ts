import type ts from "typescript";

import type { FunctionId, IrFile, NodeId, NodeRef } from "../ir/ir.js";

/** A file's IR with the way back to its syntax, as `ir/lower` makes it. */
export interface LoweredFile {
  readonly ir: IrFile;
  /** The node that each `NodeId` names. */
  readonly nodes: readonly ts.Node[];
  readonly ids: ReadonlyMap<ts.Node, NodeId>;
  /** Index of the function that a node becomes. */
  readonly functionIndex: ReadonlyMap<ts.Node, number>;
}

export interface ProgramFactsOptions {
  /** Exact names of the packages that make a file part of a data layer. */
  readonly packages: ReadonlySet<string>;
  /** Names of classes of the program that are a data layer themselves. Belongs to `packages`, whose identity stands for both. */
  readonly classes?: ReadonlySet<string>;
  /** Lowers a source file; the same object gives the same result. */
  readonly lower: (sourceFile: ts.SourceFile) => LoweredFile;
  /** Where relative configuration is looked up; the compiler's current directory if absent. */
  readonly compilerRoot?: string;
}

/** The compiler's program and what is derived from it per file. */
export class ProgramContext {
  readonly checker: ts.TypeChecker;
  readonly packages: ReadonlySet<string>;
  readonly classes: ReadonlySet<string>;
  readonly root: string;
  readonly #lower: ProgramFactsOptions["lower"];
  #sources: readonly ts.SourceFile[] | undefined;

  constructor(
    readonly program: ts.Program,
    options: ProgramFactsOptions,
  ) {
    this.checker = program.getTypeChecker();
    this.packages = options.packages;
    this.classes = options.classes ?? new Set();
    this.root = options.compilerRoot ?? program.getCurrentDirectory();
    this.#lower = options.lower;
  }

  /** The program's own source files (no declaration files, nothing under `node_modules`), by path. */
  get sources(): readonly ts.SourceFile[] {
    this.#sources ??= this.program
      .getSourceFiles()
      .filter((file) => this.isOwn(file))
      .sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
    return this.#sources;
  }

  isOwn(file: ts.SourceFile): boolean {
    return !file.isDeclarationFile && !file.fileName.includes("/node_modules/") && /\.[cm]?[jt]sx?$/.test(file.fileName);
  }

  /** A source file of the program by its path; the compiler normalises the path each time it is asked. */
  file(path: string): ts.SourceFile | undefined {
    if (!this.#byPath.has(path)) this.#byPath.set(path, this.program.getSourceFile(path));
    return this.#byPath.get(path);
  }
  readonly #byPath = new Map<string, ts.SourceFile | undefined>();

  lowered(path: string): LoweredFile | undefined {
    if (!this.#lowered.has(path)) {
      const file = this.file(path);
      this.#lowered.set(path, file !== undefined && this.isOwn(file) ? this.#lower(file) : undefined);
    }
    return this.#lowered.get(path);
  }
  readonly #lowered = new Map<string, LoweredFile | undefined>();

  node(ref: NodeRef): ts.Node | undefined {
    return this.lowered(ref.file)?.nodes[ref.node];
  }

  /** The name of a node across files; `undefined` if no instruction, function or class names it. */
  ref(node: ts.Node): NodeRef | undefined {
    const file = node.getSourceFile();
    const id = this.isOwn(file) ? this.#lower(file).ids.get(node) : undefined;
    return id === undefined ? undefined : { file: file.fileName, node: id };
  }

  /** The id of the function that a node is. */
  functionId(node: ts.Node): FunctionId | undefined {
    const file = node.getSourceFile();
    if (!this.isOwn(file)) return undefined;
    const { functionIndex, ir } = this.#lower(file);
    const index = functionIndex.get(node);
    return index === undefined ? undefined : `${ir.file}#${index}`;
  }

  /** The node that a function id names. */
  functionNode(id: FunctionId): ts.Node | undefined {
    const at = id.lastIndexOf("#");
    const lowered = this.lowered(id.slice(0, at));
    const fn = lowered?.ir.functions[Number(id.slice(at + 1))];
    return fn === undefined ? undefined : lowered?.nodes[fn.node];
  }
}
