import { createRequire } from "node:module";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { CliError } from "./cliError.js";
import { fix } from "./fix.js";
import { help } from "./help.js";

/** The process around the command. */
export interface Terminal {
  readonly cwd: string;
  /** What the command is for: the patch. */
  readonly print: (text: string) => unknown;
  /** Everything else, a line at a time. */
  readonly tell: (line: string) => unknown;
}

/** Exit codes; `help.ts` says them to the user. */
export const codes = { done: 0, left: 1, error: 2 } as const;

const options = {
  write: { type: "boolean", default: false },
  force: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", short: "v", default: false },
} satisfies ParseArgsConfig["options"];

/** The command with these arguments; resolves to its exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    terminal.tell(`check-then-act: ${error.message}`);
    return codes.error;
  }
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse(args);
  const [command, target, ...more] = positionals;
  if (values.version) {
    terminal.print(`${version()}\n`);
    return codes.done;
  }
  if (values.help || command === undefined) {
    (values.help ? terminal.print : terminal.tell)(help);
    return values.help ? codes.done : codes.error;
  }
  if (command !== "fix") throw new CliError(`there is no command '${command}'; there is 'fix'. See check-then-act --help.`);
  if (more.length > 0) throw new CliError(`'fix' takes one FILE or FILE:LINE, and not also '${more.join(" ")}'.`);
  return fix({ target, write: values.write, force: values.force }, terminal);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Node.js goes on with how to pass names that begin with a dash.
    throw new CliError(`${message.split(". ", 1).join("").replace(/\.?$/, ".")} See check-then-act --help.`);
  }
}

function version(): string {
  const { version } = createRequire(import.meta.url)("eslint-plugin-check-then-act/package.json") as { readonly version: string };
  return version;
}
