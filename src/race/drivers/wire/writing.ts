import { cancelled, deadlock } from "../pgDeadlock.js";
import { message } from "../pgMessages.js";
import type { WireMessage } from "./framer.js";
import { readError } from "./reading.js";

/** Forgets a prepared statement. */
export function closeStatementMessage(name: string): Buffer {
  return message("C", Buffer.from(`S${name}\0`));
}

/** As `asDeadlock` does to pg's errors, before the driver has read it. */
export function asDeadlockMessage(error: WireMessage): WireMessage {
  const fields = readError(error);
  if (fields.get("C") !== cancelled) return error;
  const { code, message: text, detail, hint, file, routine } = deadlock;
  for (const [letter, value] of Object.entries({ C: code, M: text, D: detail, H: hint, F: file, R: routine })) fields.set(letter, value);
  const body = [...fields].map(([letter, value]) => `${letter}${value}\0`).join("");
  return { type: "E", bytes: message("E", Buffer.from(`${body}\0`)) };
}
