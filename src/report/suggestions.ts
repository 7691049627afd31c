/** Suggestions as an editor shows them: one short line each, and edits of the file that is linted. */
import type { TSESLint } from "@typescript-eslint/utils";
import type { Issue } from "../analysis/issue.js";
import type { Suggestion, Technique } from "../suggest/suggestion.js";
import { suggestionsFor, type Sources } from "../suggest/suggest.js";
import { quoteList } from "./wording.js";

export type SuggestionId = Technique;

/** What the editor's menu says. */
export const suggestionMessages: Readonly<Record<SuggestionId, string>> = {
  claim: "Make '{{ method }}' conditional on {{ columns }}, and go on only if a row changed.",
  lock: "Lock the row in '{{ method }}' until the transaction ends.",
  queue: "Let '{{ method }}' take rows that nobody else is taking, until the transaction ends.",
  increment: "Let the database change {{ columns }} by the amount.",
};

/** Only those that edit nothing but this file: an editor applies a suggestion to the file it is shown in. */
export function suggestionsAt(issue: Issue, file: string, sources: Sources): TSESLint.SuggestionReportDescriptor<SuggestionId>[] {
  return suggestionsFor(issue, sources)
    .filter((o): o is Suggestion => o.kind === "suggestion" && o.edits.every((e) => e.file === file))
    .map(({ technique, method, columns, edits }) => ({
      messageId: technique,
      data:
        technique === "lock" || technique === "queue"
          ? { method }
          : technique === "claim"
            ? { method, columns: quoteList(columns) }
            : { columns: quoteList(columns) },
      fix: (fixer) => edits.map(({ range, text }) => fixer.replaceTextRange([...range], text)),
    }));
}
