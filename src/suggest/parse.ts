/** Syntax trees of files that ESLint did not lint, by the parser that it lints the others with. */
import type { TSESTree } from "@typescript-eslint/utils";
import { Source } from "./source.js";
import { SyntaxFile, type ParsedFile } from "./syntaxFile.js";

/** What ESLint calls a parser. */
export interface Parser {
  readonly parseForESLint?: (
    text: string,
    options: object,
  ) => { readonly ast: TSESTree.Program; readonly visitorKeys?: ParsedFile["visitorKeys"] };
}

/** `undefined` if the parser cannot read the text. */
export function parseFile(parser: Parser, file: string, text: string): SyntaxFile | undefined {
  const parsed = parse(parser, file, text);
  return parsed?.visitorKeys && new SyntaxFile(file, text, { ast: parsed.ast, visitorKeys: parsed.visitorKeys });
}

/** The same for suggestions. */
export function parseSource(parser: Parser, file: string, text: string): Source | undefined {
  const parsed = parse(parser, file, text);
  return parsed && new Source(file, text, parsed.ast);
}

function parse(parser: Parser, file: string, text: string) {
  const options = { filePath: file, range: true, loc: true, comment: true, ecmaFeatures: { jsx: /\.[jt]sx$/.test(file) } };
  try {
    return parser.parseForESLint?.(text, options);
  } catch {
    return undefined;
  }
}
