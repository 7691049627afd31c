import path from "node:path";
import ts from "typescript";

import type { FunctionId, IrFile, IrFunction, Loc, NodeRef } from "../ir/ir.js";
import { Callers } from "./callers.js";
import { Classes } from "./classes.js";
import { type Companion, generatorOutputs, prismaSchemas } from "./companions.js";
import { ProgramContext, type ProgramFactsOptions } from "./context.js";
import { declarationOf } from "./declaration.js";
import { Dispatch } from "./dispatch.js";
import type { CallSite, ClassId, ClassInfo, Declaration, DecoratorUse, Origin, ProgramFacts, Targets, TypeRef } from "./facts.js";
import { participatingFiles } from "./fileGraph.js";
import { Implementations } from "./implementations.js";
import { Names } from "./names.js";
import { originOf } from "./origin.js";
import { ProgramCalls } from "./programCalls.js";
import { propertyOf } from "./propertyOf.js";
import { Shapes } from "./shapes.js";
import { type Call, CallTargets, unknownTargets } from "./targets.js";
import { typeRefOf } from "./typeRef.js";

const cache = new WeakMap<ts.Program, { readonly packages: ReadonlySet<string>; readonly facts: ProgramFacts }>();

/** The answers about a program, made once per program and set of data layers, which is told by its identity. */
export function createProgramFacts(program: ts.Program, options: ProgramFactsOptions): ProgramFacts {
  const known = cache.get(program);
  if (known?.packages === options.packages) return known.facts;
  const facts = new CompilerFacts(new ProgramContext(program, options));
  cache.set(program, { packages: options.packages, facts });
  return facts;
}

const nowhere: Loc = { line: 1, column: 0, endLine: 1, endColumn: 0 };

/** Answers from the TypeScript compiler. Each question is a few lines here; how it is answered is in a file of its name. */
class CompilerFacts implements ProgramFacts {
  readonly #context: ProgramContext;
  readonly #shapes: Shapes;
  readonly #targets: CallTargets;
  readonly #callers: Callers;
  readonly #classes: Classes;
  readonly #origins = new Map<ts.Node, Origin | undefined>();
  #files: readonly string[] | undefined;
  #schemas: readonly Companion[] | undefined;

  constructor(context: ProgramContext) {
    this.#context = context;
    this.#shapes = new Shapes(context, new Names(context));
    const implementations = new Implementations(context, this.#shapes);
    const dispatch = new Dispatch(context, this.#shapes, implementations);
    this.#targets = new CallTargets(context, this.#shapes, dispatch);
    this.#callers = new Callers(context, new ProgramCalls(context), this.#targets, implementations);
    this.#classes = new Classes(context, this.#shapes);
  }

  get files(): readonly string[] {
    this.#files ??= participatingFiles(this.#context, () => generatorOutputs(this.companions("prisma-schema")));
    return this.#files;
  }

  ir(file: string): IrFile | undefined {
    return this.#context.lowered(file)?.ir;
  }

  function(id: FunctionId): IrFunction | undefined {
    const at = id.lastIndexOf("#");
    return this.ir(id.slice(0, at))?.functions[Number(id.slice(at + 1))];
  }

  loc(ref: NodeRef): Loc {
    return this.ir(ref.file)?.locs[ref.node] ?? nowhere;
  }

  origin(expression: NodeRef): Origin | undefined {
    const node = this.#context.node(expression);
    if (node === undefined) return undefined;
    if (!this.#origins.has(node)) this.#origins.set(node, originOf(this.#shapes, this.#shapes.of(node)));
    return this.#origins.get(node);
  }

  declaration(expression: NodeRef): Declaration | undefined {
    const node = this.#context.node(expression);
    return node && declarationOf(this.#shapes, node);
  }

  typeOf(expression: NodeRef): TypeRef | undefined {
    const node = this.#context.node(expression);
    const type = node && typeRefOf(this.#context, this.#shapes.of(node));
    return type?.kind === "unknown" ? undefined : type;
  }

  targets(call: NodeRef): Targets {
    const node = this.#context.node(call);
    return node !== undefined && isCall(node) ? this.#targets.of(node) : unknownTargets;
  }

  callers(id: FunctionId): readonly CallSite[] {
    return this.#callers.of(id);
  }

  classInfo(id: ClassId): ClassInfo | undefined {
    return this.#classes.info(id);
  }

  decorated(packageName: string, name: string): readonly ClassId[] {
    return this.#classes.decorated(packageName, name);
  }

  method(id: ClassId, member: string): FunctionId | undefined {
    return this.#classes.method(id, member);
  }

  decoratorsOf(id: FunctionId): readonly DecoratorUse[] {
    return this.#classes.decoratorsOf(id);
  }

  companions(_kind: "prisma-schema"): readonly Companion[] {
    this.#schemas ??= prismaSchemas([...new Set(this.#context.sources.map((file) => path.posix.dirname(file.fileName)))]);
    return this.#schemas;
  }

  propertyOf(call: NodeRef, name: string): Loc | undefined {
    const node = this.#context.node(call);
    return node && propertyOf(node, name);
  }

  mentions(file: string, word: string): boolean {
    return this.#context.file(file)?.text.includes(word) === true;
  }
}

function isCall(node: ts.Node): node is Call {
  return ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node);
}
