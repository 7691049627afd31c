import fs from "node:fs";
import path from "node:path";

/** A file beside the program. */
export interface Companion {
  readonly path: string;
  readonly text: string;
}

/** How far above the sources is searched if no repository root comes first. */
const maxUp = 10;
/** Deepest folder below a root that is searched, and most folders. */
const maxDown = 6;
const maxFolders = 5_000;

const skipped = new Set(["node_modules", "dist", "build", "out", "coverage", "target", "vendor"]);

/**
 * The Prisma schema files of a program: in its source folders and those above them, below the folder that holds all sources, and if
 * there is none yet below the repository's root (a monorepo keeps its database package aside). The copy that an installed client
 * keeps of its schema comes last.
 */
export function prismaSchemas(sourceFolders: readonly string[]): readonly Companion[] {
  const above = foldersAbove(sourceFolders);
  const found = new Set(above.flatMap(schemasOf));
  const common = commonFolder(sourceFolders);
  if (common !== undefined) for (const file of below(common)) found.add(file);
  const root = above.find(isRepositoryRoot);
  if (found.size === 0 && root !== undefined) for (const file of below(root)) found.add(file);
  if (found.size === 0) for (const folder of above) for (const file of generatedCopy(folder)) found.add(file);
  return [...found]
    .sort()
    .map(read)
    .filter((companion) => companion !== undefined);
}

/** The source folders and the folders above them up to the repository's root, without repetition. */
function foldersAbove(sourceFolders: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const start of sourceFolders) {
    let folder = start;
    for (let up = 0; up <= maxUp && !found.has(folder); up++) {
      found.add(folder);
      const parent = path.posix.dirname(folder);
      if (parent === folder || isRepositoryRoot(folder)) break;
      folder = parent;
    }
  }
  return [...found];
}

function isRepositoryRoot(folder: string): boolean {
  return fs.existsSync(path.posix.join(folder, ".git")) || fs.existsSync(path.posix.join(folder, "pnpm-workspace.yaml"));
}

function commonFolder(folders: readonly string[]): string | undefined {
  let common = folders[0];
  for (const folder of folders) {
    while (common !== undefined && folder !== common && !folder.startsWith(common === "/" ? "/" : `${common}/`)) {
      const parent = path.posix.dirname(common);
      common = parent === common ? undefined : parent;
    }
  }
  // A root of the file system is no project.
  return common === undefined || path.posix.dirname(common) === common ? undefined : common;
}

/** `schema.prisma`, `prisma/*.prisma`, `prisma/schema/*.prisma`, and what `package.json` names under `prisma.schema`. */
function schemasOf(folder: string): readonly string[] {
  const named = configuredSchema(folder);
  const own = path.posix.join(folder, "schema.prisma");
  return [
    ...(fs.existsSync(own) ? [own] : []),
    ...prismaFiles(path.posix.join(folder, "prisma")),
    ...prismaFiles(path.posix.join(folder, "prisma/schema")),
    ...(named === undefined ? [] : named.endsWith(".prisma") ? [named] : prismaFiles(named)),
  ];
}

function configuredSchema(folder: string): string | undefined {
  const text = readText(path.posix.join(folder, "package.json"));
  if (text?.includes('"prisma"') !== true) return undefined;
  try {
    const { prisma } = JSON.parse(text) as { prisma?: { schema?: unknown } };
    return typeof prisma?.schema === "string" ? path.posix.resolve(folder, prisma.schema) : undefined;
  } catch {
    return undefined;
  }
}

function prismaFiles(folder: string): readonly string[] {
  return entriesOf(folder)
    .filter((entry) => entry.isFile() && entry.name.endsWith(".prisma"))
    .map((entry) => path.posix.join(folder, entry.name));
}

/** Every `*.prisma` file below a folder, breadth first, bounded. */
function below(root: string): readonly string[] {
  const found: string[] = [];
  let level = [root];
  let visited = 0;
  for (let depth = 0; depth <= maxDown && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      if (++visited > maxFolders) return found;
      for (const entry of entriesOf(folder)) {
        const file = path.posix.join(folder, entry.name);
        if (entry.isDirectory() && !entry.name.startsWith(".") && !skipped.has(entry.name)) next.push(file);
        else if (entry.isFile() && entry.name.endsWith(".prisma")) found.push(file);
      }
    }
    level = next;
  }
  return found;
}

function generatedCopy(folder: string): readonly string[] {
  const file = path.posix.join(folder, "node_modules/.prisma/client/schema.prisma");
  return fs.existsSync(file) ? [file] : [];
}

function entriesOf(folder: string): readonly fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function read(file: string): Companion | undefined {
  const text = readText(file);
  return text === undefined ? undefined : { path: file, text };
}

function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** The folders into which the schemas' generators write a client: absolute, without a trailing slash. */
export function generatorOutputs(schemas: readonly Companion[]): readonly string[] {
  return schemas.flatMap(({ path: file, text }) =>
    [...text.matchAll(/\bgenerator\s+\w+\s*\{[^}]*\}/g)]
      .map(([block]) => /\boutput\s*=\s*"([^"]+)"/.exec(block)?.[1])
      .filter((output) => output !== undefined)
      .map((output) => path.posix.resolve(path.posix.dirname(file), output)),
  );
}
