import { spawn } from "node:child_process";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script with Node in a folder, and ends it when the demo is interrupted. */
export async function runNode(args: readonly string[], cwd: string, signal: AbortSignal): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd,
    signal,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, FORCE_COLOR: "0" },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  signal.throwIfAborted();
  return { code, stdout, stderr };
}
