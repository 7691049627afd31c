/**
 * Cases whose expected report is written into their own text. `// read`, `// check`, `// write:update` and `// effect:mailer.send` at the end of a
 * line say where each of them is, `// act:begin` which call is reported if it is not the write itself.
 */
import type { MessageId } from "../../src/report/message.js";
import type { SuggestionId } from "../../src/report/suggestions.js";
import { raceData, remedies } from "./raceData.js";
import type { testRule } from "./ruleTester.js";

type Cases = Parameters<typeof testRule<MessageId | SuggestionId, readonly unknown[]>>[2];
type Valid = Exclude<Cases["valid"][number], string>;
type Invalid = Cases["invalid"][number];

/** What the text does not say of the message. */
interface Said {
  readonly subject?: string;
  /** Places in other files. */
  readonly read?: string;
  readonly check?: string;
  readonly write?: string;
  /** Behind the place of a check by a filter. */
  readonly filter?: string;
  readonly note?: string;
  readonly remedy?: keyof typeof remedies;
  /** The writing method, where it stands in another file. */
  readonly method?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** For what the second caller overwrites; otherwise an effect is expected. */
  readonly overwritten?: string;
}

/** What every case needs that mails about a task of TypeORM. */
export const taskImports = `import { In, type Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
`;

export function raced(name: string, code: string, said: Said = {}): Invalid {
  const marks = marksOf(code);
  const write = marks.get("write");
  const act = marks.get("act") ?? write;
  const method = said.method ?? write?.name ?? "";
  const places = {
    subject: said.subject ?? "'status' of Task",
    read: said.read ?? place(marks.get("read")),
    check: `${said.check ?? place(marks.get("check"))}${said.filter === undefined ? "" : ` (through the filter of '${said.filter}')`}`,
    write: said.write ?? place(write),
    ...(said.note === undefined ? {} : { note: said.note }),
    remedy: remedies[said.remedy ?? "plain"](method),
  };
  const effect = marks.get("effect");
  const consequence: Readonly<Record<string, string>> =
    said.overwritten === undefined ? { effect: effect?.name ?? "", effectAt: place(effect) } : { overwritten: said.overwritten };
  return {
    ...withSettings(name, code, said),
    errors: [{ messageId: said.overwritten === undefined ? "effect" : "overwrite", data: raceData(places, consequence), ...at(act) }],
  };
}

export function quiet(name: string, code: string, said: Pick<Said, "settings"> = {}): Valid {
  return withSettings(name, code, said);
}

function withSettings(name: string, code: string, { settings }: Pick<Said, "settings">): Valid {
  return { name, code, ...(settings === undefined ? {} : { settings: { "check-then-act": settings } }) };
}

interface Mark {
  readonly line: number;
  readonly text: string;
  readonly name: string;
}

function marksOf(code: string): ReadonlyMap<string, Mark> {
  const marks = new Map<string, Mark>();
  for (const [index, line] of code.split("\n").entries()) {
    const [text = "", comment = ""] = line.split(" // ");
    for (const word of comment.split(" ").filter((w) => w !== "")) {
      const [kind = "", name = ""] = word.split(":");
      marks.set(kind, { line: index + 1, text, name });
    }
  }
  return marks;
}

function place(mark: Mark | undefined): string {
  return `file.ts:${String(mark?.line)}`;
}

/** The name of the reported call, the last of that name on its line. */
function at(act: Mark | undefined) {
  if (act === undefined) throw new Error("no act is marked");
  const name = act.name.replaceAll(/[()]/g, "\\$&");
  const found = [...act.text.matchAll(new RegExp(`\\b${name}(?=[(<]|\\?\\.\\()`, "g"))].at(-1);
  if (found === undefined) throw new Error(`no call of ${act.name} in ${act.text}`);
  const column = found.index + 1;
  return { line: act.line, column, endLine: act.line, endColumn: column + act.name.length };
}
