import { relative } from "node:path";
import type { TSESTree } from "@typescript-eslint/utils";
import type { Place } from "../analysis/issue.js";

/** `path:line` as a terminal links it: relative to the working directory, with forward slashes. */
export function formatPlace(place: Place, cwd: string): string {
  return `${relativePath(place.file, cwd)}:${place.loc.line}`;
}

/** The place's range as ESLint wants it: both count lines from 1 and columns from 0. */
export function sourceLocation({ loc }: Place): TSESTree.SourceLocation {
  return { start: { line: loc.line, column: loc.column }, end: { line: loc.endLine, column: loc.endColumn } };
}

/** On Windows a file on another drive has no relative path; `relative` then returns it as it is. */
function relativePath(file: string, cwd: string): string {
  return relative(cwd, file).replaceAll("\\", "/");
}
