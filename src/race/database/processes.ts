import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process in words that another process can check: a pid alone may meanwhile be somebody else's. */
export interface ProcessIdentity {
  /** Pids mean something only here; see `thisMachine`. */
  readonly machine: string;
  readonly pid: number;
  /** When it started, in the system's own words; absent where the system does not say. */
  readonly started?: string;
}

interface LivingProcess {
  readonly started?: string;
}

function tryOr<Value>(value: () => Value): Value | undefined {
  try {
    return value();
  } catch {
    return undefined;
  }
}

/**
 * Containers may share a temp folder, a server and even a host name, and not their pids. A boot id and a pid namespace are one set of
 * pids: https://man7.org/linux/man-pages/man7/pid_namespaces.7.html.
 */
function thisMachine(): string {
  const boot = tryOr(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const namespace = tryOr(() => readlinkSync("/proc/self/ns/pid"));
  return boot === undefined || namespace === undefined ? hostname() : `${boot} ${namespace}`;
}

export function identify(pid: number): ProcessIdentity {
  return { machine: thisMachine(), pid, ...findProcess(pid) };
}

/** Says "living" whenever it cannot be known: what belongs to a living process is not touched. */
export function mayLive({ machine, pid, started }: ProcessIdentity): boolean {
  if (machine !== thisMachine()) return true;
  const found = findProcess(pid);
  if (found === undefined) return false;
  return started === undefined || found.started === undefined || started === found.started;
}

/** The command line of a process, as far as the system tells. */
export function commandOf(pid: number): string {
  const command =
    process.platform === "linux"
      ? tryOr(() => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "))
      : tryOr(() => ps(pid, "command="));
  return command?.trim() ?? "";
}

function findProcess(pid: number): LivingProcess | undefined {
  if (!exists(pid)) return undefined;
  if (process.platform === "linux") return findInProc(pid);
  const line = tryOr(() => ps(pid, "stat=,lstart=").trim());
  if (line === undefined) return {};
  const [, state = "", started = ""] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
  return state.startsWith("Z") ? undefined : { started };
}

/** Signal 0 asks whether there is such a process; EPERM says there is, and it is another user's. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Fields 3 (state) and 22 (start time) of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; the name before them is in
 * parentheses and may hold anything. A zombie is dead: in a container whose first process reaps nobody it stays for ever.
 */
function findInProc(pid: number): LivingProcess | undefined {
  const stat = tryOr(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  if (stat === undefined) return exists(pid) ? {} : undefined;
  const [state, ...others] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === "Z" || state === "X") return undefined;
  const started = others[18];
  return started === undefined ? {} : { started };
}

function ps(pid: number, columns: string): string {
  return execFileSync("ps", ["-o", columns, "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}
