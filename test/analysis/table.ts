/** A program that is a table, and a data layer of two methods: the analysis needs neither a compiler nor a real library. */
import type { Block, Instruction, IrFile, IrFunction, Terminator } from "../../src/ir/ir.js";
import { functionId } from "../../src/ir/ir.js";
import type { Value } from "../../src/ir/value.js";
import type { AccessSpec, CallContext, EntitySchema, Meaning, Model } from "../../src/models/model.js";
import type { CallSite, Origin, ProgramFacts, Targets } from "../../src/program/facts.js";

export const tableFile = "/app/table.ts";

export interface Table {
  readonly functions?: readonly IrFunction[];
  readonly variables?: IrFile["variables"];
  /** By node. */
  readonly origins?: Readonly<Record<number, Origin>>;
  readonly targets?: Readonly<Record<number, Targets>>;
  readonly callers?: readonly CallSite[];
}

export const toyOrigin: Origin = { package: "toy", subpath: "", path: ["Store"], role: "instance", typeArguments: [], via: [] };

export function tableFacts(table: Table): ProgramFacts {
  const functions = table.functions ?? [];
  const locs = Array.from({ length: 100 }, (_, node) => ({ line: node + 1, column: 0, endLine: node + 1, endColumn: 1 }));
  const ir: IrFile = { file: tableFile, functions, classes: [], variables: table.variables ?? [], locs, initialisers: {} };
  return {
    files: [tableFile],
    ir: (file) => (file === tableFile ? ir : undefined),
    function: (id) => functions.find((fn) => fn.id === id),
    loc: ({ node }) => ({ line: node + 1, column: 0, endLine: node + 1, endColumn: 1 }),
    propertyOf: () => undefined,
    origin: ({ node }) => table.origins?.[node],
    declaration: () => undefined,
    typeOf: () => undefined,
    targets: ({ node }) => table.targets?.[node] ?? { kind: "unknown" },
    callers: (id) => (id === functions[0]?.id ? [] : (table.callers ?? [])),
    classInfo: () => undefined,
    decorated: () => [],
    method: () => undefined,
    decoratorsOf: () => [],
    companions: () => [],
    mentions: () => true,
  };
}

/** A function whose node, and the nodes of its parameters, are given by hand. */
export function tableFunction(
  index: number,
  name: string,
  parameters: readonly number[],
  blocks: readonly (readonly [readonly Instruction[], Terminator])[],
): IrFunction {
  return {
    id: functionId(tableFile, index),
    index,
    name,
    kind: "function",
    async: true,
    generator: false,
    node: 99,
    parameters: parameters.map((node) => ({ name: `p${String(node)}`, rest: false, node })),
    captures: [],
    blocks: blocks.map(([instructions, terminator], id): Block => ({ id, instructions, terminator })),
  };
}

export const jobSchema: EntitySchema = {
  id: "toy#Job",
  name: "Job",
  columns: new Map(),
  primaryKey: ["id"],
  uniques: [["slug"], ["tenant", "number"]],
  relations: new Map([["project", { entity: "toy#Project", foreignKey: ["projectId"], many: false }]]),
};

/** `store.find(id)` reads a job by its key, `store.update(id, patch)` writes one. */
export function toyModel(schema: EntitySchema = jobSchema): Model {
  return {
    name: "toy",
    packages: ["toy"],
    methods: new Set(["find", "update"]),
    handle: (origin, receiver) =>
      origin.package === "toy" ? { model: "toy", type: "store", entity: undefined, connection: receiver, steps: [] } : undefined,
    property: () => undefined,
    call: (handle, method, context) => toyMeaning(handle.connection, method, context),
    schema: (entity) => (entity === schema.id ? schema : undefined),
  };
}

function toyMeaning(connection: Value, method: string, context: CallContext): Meaning {
  const { values, arguments: args, access } = context;
  const [key = values.unknown, patch = values.undefined] = args;
  const parts = {
    id: access,
    method,
    entity: values.make({ kind: "class", id: "toy#Job", name: "Job" }),
    connection,
    filter: { predicates: [{ column: "id", operator: "=", value: key, outer: true }], opaque: false },
  } as const;
  if (method === "find")
    return { kind: "access", accesses: [{ ...accessDefaults, ...parts, operation: "read" }], result: values.result(access) };
  const written =
    patch.kind === "object"
      ? patch.parts.flatMap((p) => (p.kind === "field" ? [{ column: p.name, value: p.value, how: "set" } as const] : []))
      : [];
  return { kind: "access", accesses: [{ ...accessDefaults, ...parts, operation: "update", written }], result: values.affected(access) };
}

/** What an access says when nothing special is said of it. */
export const accessDefaults = {
  target: undefined,
  written: [],
  opaquePatch: false,
  cardinality: "row",
  lock: undefined,
  missThrows: false,
  optimistic: false,
  onConflict: "error",
} as const satisfies Partial<AccessSpec>;
