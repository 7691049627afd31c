/** Puts conditions into the filter of a statement that a chain of calls builds. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Issue } from "../analysis/issue.js";
import type { ChainForm, Condition, Editing } from "../models/editing.js";
import { chainOf, isPlainChain, methodOf } from "./chain.js";
import type { Source } from "./source.js";
import type { Reason, TextEdit } from "./suggestion.js";
import { propertiesOf } from "./spellings.js";

interface Words {
  readonly edits: readonly TextEdit[];
  readonly imports: readonly string[];
}

interface Target {
  readonly issue: Issue;
  readonly call: TSESTree.CallExpression;
  readonly conditions: readonly Condition[];
}

export function chainEdits(form: ChainForm, target: Target, editing: Editing, source: Source): Words | Reason {
  const chain = chainOf(target.call, source);
  const filters = chain.filter((c) => [form.filter, form.add.kind === "call" ? form.add.method : form.filter].includes(methodOf(c) ?? ""));
  const last = filters.at(-1);
  if (last === undefined || !isPlainChain(chain) || chain.some((c) => form.without.includes(methodOf(c) ?? "")))
    return "write cannot be rewritten";
  const words =
    form.add.kind === "call"
      ? furtherCall(form.add.method, last, target, editing, source)
      : wrapped(form.add.all, { filter: last, chain }, target, editing, source);
  if (typeof words === "string") return words;
  const returning = returningEdits(form, chain, target.issue, source);
  return typeof returning === "string" ? returning : { ...words, edits: [...words.edits, ...returning] };
}

/** `.where(..).andWhere({ status: "pending" })` */
function furtherCall(
  method: string,
  last: TSESTree.CallExpression,
  { conditions }: Target,
  editing: Editing,
  source: Source,
): Words | Reason {
  const properties = propertiesOf(conditions, editing);
  if (properties === undefined) return "condition cannot be expressed";
  const text = `.${method}({ ${properties.map((p) => p.text).join(", ")} })`;
  return {
    edits: [{ file: source.file, range: [last.range[1], last.range[1]], text }],
    imports: properties.flatMap((p) => p.imports),
  };
}

interface Filtered {
  readonly filter: TSESTree.CallExpression;
  readonly chain: readonly TSESTree.CallExpression[];
}

/** `.where(and(eq(jobs.id, id), eq(jobs.status, "pending")))`; conditions go into an `and` that is there. */
function wrapped(all: string, { filter, chain }: Filtered, { conditions }: Target, editing: Editing, source: Source): Words | Reason {
  const [given, ...more] = filter.arguments;
  const table = tableOf(chain, source);
  if (given === undefined || more.length > 0 || table === undefined) return "write cannot be rewritten";
  const terms = conditions.flatMap((c) => editing.term?.(c, table) ?? []);
  if (terms.length !== conditions.length) return "condition cannot be expressed";
  const added = terms.map((t) => `, ${t.text}`).join("");
  const imports = terms.flatMap((t) => t.imports);
  const inner = given.type === AST_NODE_TYPES.CallExpression && source.textOf(given.callee) === all ? given.arguments.at(-1) : undefined;
  if (inner !== undefined) return { edits: [{ file: source.file, range: [inner.range[1], inner.range[1]], text: added }], imports };
  const edits: readonly TextEdit[] = [
    { file: source.file, range: [given.range[0], given.range[0]], text: `${all}(` },
    { file: source.file, range: [given.range[1], given.range[1]], text: `${added})` },
  ];
  return { edits, imports: [all, ...imports] };
}

/** The table is what the chain's first method is given. */
export function tableOf(chain: readonly TSESTree.CallExpression[], source: Pick<Source, "textOf">): string | undefined {
  const [table, ...more] = chain[0]?.arguments ?? [];
  const isName = table?.type === AST_NODE_TYPES.Identifier || table?.type === AST_NODE_TYPES.MemberExpression;
  return isName && more.length === 0 ? source.textOf(table) : undefined;
}

function returningEdits(
  { returning }: ChainForm,
  chain: readonly TSESTree.CallExpression[],
  { surroundings }: Issue,
  source: Source,
): readonly TextEdit[] | Reason {
  const end = chain.at(-1)?.range[1];
  if (returning === undefined || chain.some((c) => methodOf(c) === returning)) return [];
  const [table, [key]] = [tableOf(chain, source), surroundings?.primaryKey ?? []];
  if (end === undefined || table === undefined || key === undefined) return "write cannot be rewritten";
  return [{ file: source.file, range: [end, end], text: `.${returning}({ ${key}: ${table}.${key} })` }];
}
