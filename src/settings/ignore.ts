import { relative } from "node:path";
import { Minimatch } from "minimatch";

/**
 * Code that runs alone: nobody else works on the row at the same time, and a race in it costs nothing. Relative to the working directory.
 */
export const defaultIgnore: readonly string[] = Object.freeze([
  "**/*.{test,spec,e2e-test,e2e-spec,int-test,int-spec}.*",
  "**/{test,tests,__tests__,__mocks__,e2e,fixtures,__fixtures__}/**",
  "**/{seed,seeds,seeders,migration,migrations,scripts}/**",
  "**/*.{seed,seeder,migration,fixture}.*",
  "**/seed.*",
]);

/**
 * Whether a file (absolute path) matches one of the globs. The answer is remembered: the engine asks again for every call site. Globs
 * are compiled by the first question, because settings are read more often than they are new.
 */
export function fileMatcher(globs: readonly string[], cwd: string): (file: string) => boolean {
  const known = new Map<string, boolean>();
  let patterns: readonly Minimatch[] | undefined;
  return (file) => {
    let answer = known.get(file);
    if (answer === undefined) {
      patterns ??= globs.map((glob) => new Minimatch(glob, { dot: true }));
      const path = pathForMatching(file, cwd);
      answer = patterns.some((pattern) => pattern.match(path));
      known.set(file, answer);
    }
    return answer;
  };
}

/** A sibling package of a monorepo lies outside the working directory; a leading `../` would keep `**` from matching it. */
function pathForMatching(file: string, cwd: string): string {
  return relative(cwd, file)
    .replaceAll("\\", "/")
    .replace(/^(?:\.\.\/)+/, "");
}
