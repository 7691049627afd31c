// eslint-disable-next-line n/no-unsupported-features/node-builtins -- in Node since 20.12; what came later is that it is called stable
import { styleText } from "node:util";

export type Style = "plain" | "quiet" | "strong" | "good" | "bad" | "waiting";

/** Gives a text its colour, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

const formats = { quiet: ["dim"], strong: ["bold"], good: ["green"], bad: ["red"], waiting: ["yellow"] } as const;

const inColour: Paint = (style, text) =>
  style === "plain" || text === "" ? text : styleText([...formats[style]], text, { validateStream: false });

export function painter(color: boolean): Paint {
  return color ? inColour : (_, text) => text;
}

/**
 * Whether colour is wanted where an assertion's failure is printed. https://no-color.org, https://force-color.org: test runners
 * set FORCE_COLOR for the processes whose output they show on a terminal.
 */
export function wantsColor(environment: NodeJS.ProcessEnv = process.env, isTerminal: boolean = process.stdout.isTTY): boolean {
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  const force = environment["FORCE_COLOR"];
  return force === undefined ? isTerminal : force !== "0" && force !== "false";
}
