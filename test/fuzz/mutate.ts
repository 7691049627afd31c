/** Changes of a TypeScript file that keep most of it: what people leave behind while they type, and shapes that nobody thought of. */
import ts from "typescript";
import type { Random } from "../tools/random.js";

interface Span {
  readonly start: number;
  readonly end: number;
}

type Mutation = (text: string, random: Random, other: string) => string;

const mutations: readonly Mutation[] = [
  deleteToken,
  duplicateToken,
  swapTokens,
  deleteRange,
  spliceStatement,
  spliceStatement,
  wrapStatement,
  wrapStatement,
  renameOne,
  renameAll,
];

/** `%` is the statement. */
const constructs = [
  "if (Math.random() > 0.5) { % }",
  "if (!globalThis) return; else { % }",
  "try { % } catch (error) { throw error; } finally { void 0; }",
  "try { void 0; } finally { % }",
  "for (const item of [1, 2]) { if (item) continue; % }",
  "for (let i = 0, j; i < 3; i++) { % break; }",
  "while (true) { % }",
  "do { % } while (await Promise.resolve(false));",
  "outer: for (;;) { inner: for (;;) { % break outer; } }",
  "switch (Math.random()) { case 0: % default: break; case 1: { % } }",
  "await (async () => { % })();",
  "await Promise.all([1].map(async (n, ...rest) => { % return n; }));",
  "function* generated() { % yield* generated(); }",
  "class Wrapped { static { % } #field = () => { % }; get value() { % return 1; } }",
  "const { a = (() => { % })(), ...others } = {} as any;",
  "label: { % break label; }",
  "namespace Inner { % }",
] as const;

/** One to four changes; `other` is a file that statements are taken from. */
export function mutate(text: string, other: string, random: Random): string {
  let mutated = text;
  for (let left = 1 + random.below(4); left > 0; left--) mutated = random.pick(mutations)(mutated, random, other);
  return mutated;
}

function tokensOf(text: string): readonly Span[] {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, text);
  const tokens: Span[] = [];
  while (scanner.scan() !== ts.SyntaxKind.EndOfFileToken) tokens.push({ start: scanner.getTokenStart(), end: scanner.getTokenEnd() });
  return tokens;
}

/** Statements at all depths. */
function statementsOf(text: string): readonly Span[] {
  const file = ts.createSourceFile("mutated.ts", text, ts.ScriptTarget.Latest, false);
  const found: Span[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStatement(node) && !ts.isBlock(node) && !ts.isImportDeclaration(node))
      found.push({ start: node.getStart(file), end: node.end });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function replace(text: string, { start, end }: Span, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

function deleteToken(text: string, random: Random): string {
  const tokens = tokensOf(text);
  return tokens.length === 0 ? text : replace(text, random.pick(tokens), "");
}

function duplicateToken(text: string, random: Random): string {
  const tokens = tokensOf(text);
  if (tokens.length === 0) return text;
  const token = random.pick(tokens);
  const again = text.slice(token.start, token.end);
  return replace(text, token, `${again} ${again}`);
}

function swapTokens(text: string, random: Random): string {
  const tokens = tokensOf(text);
  if (tokens.length < 2) return text;
  const [one, other] = [random.pick(tokens), random.pick(tokens)];
  const [first, second] = one.start <= other.start ? [one, other] : [other, one];
  const swapped = replace(text, second, text.slice(first.start, first.end));
  return replace(swapped, first, text.slice(second.start, second.end));
}

function deleteRange(text: string, random: Random): string {
  const tokens = tokensOf(text);
  if (tokens.length === 0) return text;
  const from = random.below(tokens.length);
  const to = Math.min(tokens.length - 1, from + random.below(12));
  return replace(text, { start: tokens[from]?.start ?? 0, end: tokens[to]?.end ?? 0 }, "");
}

/** A statement of another file before one of this. */
function spliceStatement(text: string, random: Random, other: string): string {
  const [here, there] = [statementsOf(text), statementsOf(other)];
  if (here.length === 0 || there.length === 0) return text;
  const taken = random.pick(there);
  const { start } = random.pick(here);
  return replace(text, { start, end: start }, `${other.slice(taken.start, taken.end)}\n`);
}

function wrapStatement(text: string, random: Random): string {
  const statements = statementsOf(text);
  if (statements.length === 0) return text;
  const chosen = random.pick(statements);
  return replace(
    text,
    chosen,
    random.pick(constructs).replaceAll("%", () => text.slice(chosen.start, chosen.end)),
  );
}

function namesOf(text: string): readonly Span[] {
  return tokensOf(text).filter(({ start, end }) => /^[A-Za-z_$][\w$]*$/.test(text.slice(start, end)));
}

/** One use of a name becomes another name of the file. */
function renameOne(text: string, random: Random): string {
  const names = namesOf(text);
  if (names.length === 0) return text;
  const by = random.pick(names);
  return replace(text, random.pick(names), text.slice(by.start, by.end));
}

/** All uses of a name become another name of the file, so that two declarations meet. */
function renameAll(text: string, random: Random): string {
  const names = namesOf(text);
  if (names.length === 0) return text;
  const textOf = ({ start, end }: Span): string => text.slice(start, end);
  const [from, to] = [textOf(random.pick(names)), textOf(random.pick(names))];
  return names.toReversed().reduce((changed, name) => (textOf(name) === from ? replace(changed, name, to) : changed), text);
}
