/** Syntax trees of files that ESLint did not lint, by the parser that it lints the others with. */
import type { TSESTree } from "@typescript-eslint/utils";
import { SyntaxFile, type ParsedFile } from "../suggest/syntaxFile.js";

/** What ESLint calls a parser. */
export interface Parser {
  readonly parseForESLint?: (
    text: string,
    options: object,
  ) => { readonly ast: TSESTree.Program; readonly visitorKeys?: ParsedFile["visitorKeys"] };
}

/** `undefined` if the parser cannot read the text. */
export function parseFile(parser: Parser, file: string, text: string): SyntaxFile | undefined {
  const options = { filePath: file, range: true, loc: true, ecmaFeatures: { jsx: /\.[jt]sx$/.test(file) } };
  try {
    const parsed = parser.parseForESLint?.(text, options);
    return parsed?.visitorKeys && new SyntaxFile(file, text, { ast: parsed.ast, visitorKeys: parsed.visitorKeys });
  } catch {
    return undefined;
  }
}
