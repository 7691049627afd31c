import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOf, DatabaseError, messageOf } from "../databaseError.js";
import { Keeper } from "../keeper.js";
import type { ProgramCharge } from "../keeperProgram.js";
import { ownersText } from "../owners.js";
import { type Account, canRun, give, serverAccount } from "./account.js";
import { findBinaries, programOf } from "./binaries.js";
import { copyFolder } from "./copyFolder.js";
import { folderPrefix, ownersFile, removeAbandonedFolders } from "./folders.js";
import { linkLibraries } from "./libraries.js";
import { type ServerSettings, settingFlags } from "./settings.js";

/** A running server of this process's own. */
export interface Cluster {
  /** A superuser's connection string to the database `postgres`. */
  readonly url: URL;
  readonly folder: string;
  stop(): Promise<void>;
}

interface Installation extends Account {
  readonly native: string;
  readonly env: Readonly<Record<string, string>>;
}

const superuser = "postgres";
/** Another program may take the free port before the server does. */
const portAttempts = 3;

export async function startCluster(settings: ServerSettings): Promise<Cluster> {
  const { native } = findBinaries();
  const account = await serverAccount();
  const keeper = await Keeper.start();
  try {
    await removeAbandonedFolders();
    const folder = join(tmpdir(), `${folderPrefix}${randomBytes(6).toString("hex")}`);
    await keeper.take({ kind: "folder", path: folder });
    await mkdir(folder, { mode: 0o711 });
    await writeFile(join(folder, ownersFile), ownersText(keeper));
    const installation = await install(native, account, folder);
    const password = randomBytes(18).toString("base64url");
    await initialise(keeper, installation, folder, password);
    const port = await serve(keeper, installation, folder, settings);
    const url = new URL(`postgresql://${superuser}:${password}@127.0.0.1:${port}/postgres`);
    return { url, folder, stop: () => keeper.end() };
  } catch (error) {
    await keeper.end();
    throw explainStart(error);
  }
}

async function install(native: string, account: Account, folder: string): Promise<Installation> {
  const environment = async (home: string, links: string): Promise<Record<string, string>> => {
    await mkdir(join(folder, links));
    // A fixed locale: the line that says the server is ready is translated otherwise.
    return { PATH: process.env["PATH"] ?? "", LC_ALL: "C", TZ: "UTC", ...(await linkLibraries(home, join(folder, links))) };
  };
  const env = await environment(native, "links");
  if (await canRun(account, programOf(native, "postgres"), env)) return { ...account, native, env };
  const copy = join(folder, "native");
  await copyFolder(native, copy);
  return { ...account, native: copy, env: await environment(copy, "copied-links") };
}

function program({ native, env, uid, gid }: Installation, name: "initdb" | "postgres", args: readonly string[]): ProgramCharge {
  const account = uid === undefined || gid === undefined ? {} : { uid, gid };
  return { kind: "program", command: programOf(native, name), args, env, ...account, stop: "SIGKILL" };
}

/** https://www.postgresql.org/docs/current/app-initdb.html */
async function initialise(keeper: Keeper, installation: Installation, folder: string, password: string): Promise<void> {
  const [data, passwordFile] = [join(folder, "data"), join(folder, "password")];
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await Promise.all([give(data, installation), give(passwordFile, installation)]);
  const how = ["--auth=scram-sha-256", "--locale=C", "--encoding=UTF8", "--no-sync"];
  const run = await keeper.take(
    program(installation, "initdb", [`--pgdata=${data}`, `--username=${superuser}`, `--pwfile=${passwordFile}`, ...how]),
  );
  await run.forget();
}

/** SIGQUIT is the server's immediate shutdown, in which nothing is saved: https://www.postgresql.org/docs/current/server-shutdown.html */
async function serve(keeper: Keeper, installation: Installation, folder: string, settings: ServerSettings): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const args = ["-D", join(folder, "data"), "-p", String(port), ...settingFlags(settings)];
    const server: ProgramCharge = { ...program(installation, "postgres", args), stop: "SIGQUIT" };
    try {
      await keeper.take({ ...server, ready: "ready to accept connections" });
      return port;
    } catch (error) {
      if (attempt === portAttempts || !messageOf(error).includes("could not bind")) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new DatabaseError("The system gave no free port on 127.0.0.1.");
  return address.port;
}

function explainStart(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const remedy = "Set DATABASE_URL to a server of yours instead.";
  // The program is there, but the loader that it names is not: it was built for glibc.
  if (codeOf(error) === "ENOENT" && messageOf(error).includes("initdb")) {
    return new DatabaseError(`The embedded server does not run on this system (Alpine's musl, for one). ${remedy}`, { cause: error });
  }
  return new DatabaseError(`The embedded server did not start: ${messageOf(error)} ${remedy}`, { cause: error });
}
