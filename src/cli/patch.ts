import path from "node:path";
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";

/** A file before and after. */
export interface ChangedFile {
  /** Absolute path. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** A unified diff with paths relative to `cwd`, where `git apply` and `patch -p1` find them. */
export function patchOf(files: readonly ChangedFile[], cwd: string): string {
  return files
    .map(({ file, before, after }) => {
      const name = path.relative(cwd, file).replaceAll("\\", "/");
      return createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, {
        context: 3,
        headerOptions: FILE_HEADERS_ONLY,
      });
    })
    .join("");
}
