/** Reads what a module-level constant is made of, as it is written: definitions of tables are calls with literals inside. */
import type { Instruction, IrFile, IrFunction, Literal, NodeRef, Temp } from "../../ir/ir.js";
import type { ProgramFacts } from "../../program/facts.js";

export type Term =
  | { readonly kind: "call"; readonly callee: Term; readonly arguments: readonly Term[]; readonly at: NodeRef }
  /** A name of the module or an import. */
  | { readonly kind: "name"; readonly at: NodeRef }
  | { readonly kind: "property"; readonly object: Term; readonly name: string; readonly at: NodeRef }
  | { readonly kind: "literal"; readonly value: Literal }
  /** Parts without a name are spread. */
  | { readonly kind: "object"; readonly parts: readonly { readonly name: string | undefined; readonly value: Term }[] }
  | { readonly kind: "list"; readonly elements: readonly Term[] }
  | { readonly kind: "function"; readonly returned: () => Term }
  | { readonly kind: "unknown" };

export type CallTerm = Extract<Term, { kind: "call" }>;

const unknown: Term = { kind: "unknown" };

/** Longest chain of constants that hand on a term. */
const maxHops = 4;

/** The initialiser that a function of the IR returns. */
export function returnedTerm(file: IrFile, fn: IrFunction): Term {
  const end = fn.blocks.map((b) => b.terminator).find((t) => t.kind === "return");
  return end?.value === undefined ? unknown : termOf(end.value, file, fn);
}

function termOf(temp: Temp, file: IrFile, fn: IrFunction): Term {
  const made = fn.blocks.flatMap((b) => b.instructions).find((i) => i.dest === temp);
  if (made === undefined) return unknown;
  const inner = (t: Temp) => termOf(t, file, fn);
  const at = { file: file.file, node: made.node };
  switch (made.op) {
    case "const":
      return { kind: "literal", value: made.value };
    case "global":
      return { kind: "name", at };
    case "get":
      return { kind: "property", object: inner(made.object), name: made.name, at };
    case "object":
      return {
        kind: "object",
        parts: made.parts.flatMap((p) =>
          p.kind === "computed" ? [] : [{ name: p.kind === "field" ? p.name : undefined, value: inner(p.value) }],
        ),
      };
    case "array":
      return { kind: "list", elements: made.elements.map((e) => inner(e.value)) };
    case "closure": {
      const body = file.functions[made.function];
      return body === undefined ? unknown : { kind: "function", returned: () => returnedTerm(file, body) };
    }
    case "call":
      return { kind: "call", callee: calleeOf(made, inner, at), arguments: made.arguments.map((a) => inner(a.value)), at };
    case "load":
      return storedTerm(made.variable, file);
    default:
      return unknown;
  }
}

function calleeOf({ callee }: Extract<Instruction, { op: "call" }>, inner: (temp: Temp) => Term, at: NodeRef): Term {
  if (callee.kind === "method") return { kind: "property", object: inner(callee.object), name: callee.name, at };
  return callee.kind === "value" ? inner(callee.value) : unknown;
}

/** A variable that is assigned once is what was assigned. */
function storedTerm(variable: number, file: IrFile): Term {
  const stores = file.functions.flatMap((fn) =>
    fn.blocks.flatMap((b) => b.instructions.flatMap((i) => (i.op === "store" && i.variable === variable ? [{ fn, value: i.value }] : []))),
  );
  const [only, ...more] = stores;
  return only === undefined || more.length > 0 ? unknown : termOf(only.value, file, only.fn);
}

/** The initialiser of the constant that a name is; other terms are what they are. */
export function resolved(term: Term, facts: ProgramFacts, hops = 0): Term {
  if ((term.kind !== "name" && term.kind !== "property") || hops > maxHops) return term;
  const declaration = facts.declaration(term.at);
  const id = declaration?.kind === "variable" ? declaration.initialiser : undefined;
  const fn = id === undefined ? undefined : facts.function(id);
  const file = id === undefined ? undefined : facts.ir(id.slice(0, id.lastIndexOf("#")));
  return fn === undefined || file === undefined ? term : resolved(returnedTerm(file, fn), facts, hops + 1);
}

/** The parts of an object, spreads of constants merged in. */
export function partsOf(term: Term, facts: ProgramFacts): ReadonlyMap<string, Term> {
  const object = resolved(term, facts);
  if (object.kind !== "object") return new Map();
  return new Map(
    object.parts.flatMap(({ name, value }): readonly (readonly [string, Term])[] =>
      name === undefined ? [...partsOf(value, facts)] : [[name, value]],
    ),
  );
}

export function elementsOf(term: Term | undefined): readonly Term[] {
  if (term?.kind === "list") return term.elements;
  return term?.kind === "object" ? term.parts.map((p) => p.value) : [];
}

export function textOf(term: Term | undefined): string | undefined {
  return term?.kind === "literal" && typeof term.value === "string" ? term.value : undefined;
}

/** The calls of a chain (`text("a").notNull()`), the first one first. */
export function chainOf(term: Term): readonly { readonly name: string; readonly call: CallTerm }[] {
  if (term.kind !== "call") return [];
  const { callee } = term;
  if (callee.kind === "property") return [...chainOf(callee.object), { name: callee.name, call: term }];
  return [{ name: "", call: term }];
}
