/** What stops the command: one sentence for the user, with the remedy. */
export class CliError extends Error {
  override readonly name = "CliError";
}
