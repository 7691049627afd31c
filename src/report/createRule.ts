/** What every rule shares: where its documentation is, and how it gets the engine's issues for the file being linted. */
import { ESLintUtils, type TSESLint } from "@typescript-eslint/utils";
import type ts from "typescript";
import type { Issue, IssueKind } from "../analysis/issue.js";
import { engineFor } from "../pipeline.js";
import { parseSource, type Parser } from "../suggest/parse.js";
import { Source } from "../suggest/source.js";
import type { Sources } from "../suggest/suggest.js";
import { readSettings, settingsKey } from "../settings.js";
import { sourceLocation } from "./location.js";
import { describeIssue, type MessageId } from "./message.js";
import { suggestionsAt, type SuggestionId } from "./suggestions.js";

/** What `meta.docs` of every rule says. */
export interface RuleDocs {
  readonly description: string;
  /** Severity in the preset `recommended`; `undefined`: only in `all`. */
  readonly recommended: "error" | "warn" | undefined;
  readonly requiresTypeChecking: true;
}

export const createRule = ESLintUtils.RuleCreator<RuleDocs>(
  (name) => `https://github.com/check-then-act/eslint-plugin-check-then-act/blob/main/docs/rules/${name}.md`,
);

type Context = Readonly<TSESLint.RuleContext<MessageId | SuggestionId, readonly unknown[]>>;

/** Reports the issues of one kind that `wanted` lets through, each at its anchor. */
export function reportIssues(context: Context, kind: IssueKind, wanted: (issue: Issue) => boolean): TSESLint.RuleListener {
  const services = ESLintUtils.getParserServices(context);
  const settings = readSettings(context.settings[settingsKey], context.cwd);
  if (settings.ignored(context.filename)) return {};
  const kinds = new Set([kind]);
  return {
    "Program:exit"(node) {
      // The program's own name of the file: on Windows and on case-insensitive file systems ESLint may spell it differently.
      const { fileName } = services.esTreeNodeToTSNodeMap.get(node).getSourceFile();
      const sources = sourcesOf(new Source(fileName, context.sourceCode.text, node), services.program, context);
      for (const issue of engineFor(services.program, settings).issues(fileName, kinds)) {
        if (!wanted(issue)) continue;
        const suggest = suggestionsAt(issue, fileName, sources);
        context.report({ loc: sourceLocation(issue.anchor), ...describeIssue(issue, context.cwd), suggest });
      }
    },
  };
}

/**
 * The file that is linted, and others of the program where a suggestion has to look. A processor may hand the rule a text that is not the
 * file's own; offsets are those of the text that is linted.
 */
function sourcesOf(own: Source, program: ts.Program, { languageOptions }: Context): Sources {
  return (file) => {
    if (file === own.file) return own;
    const text = program.getSourceFile(file)?.text;
    return text === undefined ? undefined : parseSource(languageOptions.parser as Parser, file, text);
  };
}
