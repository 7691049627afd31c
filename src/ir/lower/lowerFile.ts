import ts from "typescript";

import type { IrFile, IrFunction, NodeId } from "../ir.js";
import { FileContext } from "./fileContext.js";
import { FunctionBuilder } from "./functionBuilder.js";
import { build, lowerInitialiser } from "./functions.js";
import { lowerStatementList } from "./statements.js";
import { isAmbient } from "./syntax.js";

/** A file's IR with the way back to its syntax. */
export interface Lowered {
  readonly ir: IrFile;
  /** The node that each `NodeId` names. */
  readonly nodes: readonly ts.Node[];
  readonly ids: ReadonlyMap<ts.Node, NodeId>;
  /**
   * Index of the function a node becomes: functions, methods and accessors, static blocks, the source file, and for an initialiser
   * the variable, property or export declaration that has it.
   */
  readonly functionIndex: ReadonlyMap<ts.Node, number>;
}

const cache = new WeakMap<ts.SourceFile, Lowered>();

/** Lowers a file. Purely syntactic, so the result holds as long as the source file object. */
export function lowerFile(sourceFile: ts.SourceFile): Lowered {
  let lowered = cache.get(sourceFile);
  if (lowered === undefined) {
    lowered = lower(sourceFile);
    cache.set(sourceFile, lowered);
  }
  return lowered;
}

function lower(sourceFile: ts.SourceFile): Lowered {
  const file = new FileContext(sourceFile);
  const index = file.reserveFunction(sourceFile);
  const head = { index, node: sourceFile, name: "<module>", kind: "module", async: false, generator: false, parameters: [] } as const;
  const module = new FunctionBuilder(file, head, undefined, undefined);
  const statements = sourceFile.isDeclarationFile ? [] : sourceFile.statements;
  build(module, () => {
    lowerStatementList(module, statements);
  });
  for (const statement of statements) lowerInitialisers(module, statement);
  const { path, classes, variables, initialisers, nodes, ids, functionIndex } = file;
  const functions = file.functions.map((fn, at) => fn ?? emptyFunction(module, at));
  const ir: IrFile = {
    file: path,
    functions,
    classes,
    variables,
    get locs() {
      return file.locs;
    },
    initialisers,
  };
  return { ir, nodes, ids, functionIndex };
}

/** Stands for a function that nesting too deep for the stack kept from being lowered. */
function emptyFunction(module: FunctionBuilder, index: number): IrFunction {
  const { node } = module.head;
  const head = { index, node, name: "<anonymous>", kind: "function", async: false, generator: false, parameters: [] } as const;
  return new FunctionBuilder(module.file, head, module, undefined).finish();
}

/** Comes after the module function, whose closures and classes the initialisers share. */
function lowerInitialisers(module: FunctionBuilder, statement: ts.Statement): void {
  const { initialisers } = module.file;
  if (isAmbient(statement)) return;
  if (ts.isExportAssignment(statement)) {
    const name = statement.isExportEquals === true ? "export=" : "default";
    initialisers[name] = lowerInitialiser(module, statement.expression, { name, key: statement });
  } else if (ts.isVariableStatement(statement)) {
    for (const declaration of statement.declarationList.declarations) {
      const { name, initializer } = declaration;
      if (!ts.isIdentifier(name) || initializer === undefined) continue;
      initialisers[name.text] = lowerInitialiser(module, initializer, { name: name.text, key: declaration });
    }
  }
}
