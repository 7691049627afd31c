import { createRule, reportIssues } from "../src/report/createRule.js";
import { messages, type MessageId } from "../src/report/message.js";
import { suggestionMessages, type SuggestionId } from "../src/report/suggestions.js";

export interface Options {
  /** Also report a race in which all callers write the same constants and nothing else happens. */
  readonly reportIdempotent: boolean;
}

export default createRule<[Options], MessageId | SuggestionId>({
  name: "no-racy-transition",
  meta: {
    type: "problem",
    docs: {
      description: "disallow writing a column after checking it when another caller can change the row in between",
      recommended: "error",
      requiresTypeChecking: true,
    },
    hasSuggestions: true,
    languages: ["js/js"],
    schema: [
      {
        type: "object",
        properties: {
          reportIdempotent: {
            type: "boolean",
            description: "Whether to report races in which all callers write the same constants and nothing else happens.",
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ reportIdempotent: false }],
    messages: { ...messages, ...suggestionMessages },
  },
  create: (context, [options]) =>
    reportIssues(context, "racy-transition", (issue) => options.reportIdempotent || issue.consequence.kind !== "idempotent"),
});
