/** Why no database could be had, in one sentence that names the remedy. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
}

/** The code of a system error (`ECONNREFUSED`) or the SQLSTATE of a server's error (`28P01`). */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
