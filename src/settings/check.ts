/** Readers of one value each: they return it typed, or throw one sentence that says where it stands, what is wrong and what to write. */
import { closest } from "./closest.js";

/** The settings cannot be used as they are written. The message is one sentence with the remedy. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** A value of the settings and where it stands, as a user would write it: `settings["check-then-act"].dialect`. */
export interface Raw {
  readonly path: string;
  readonly value: unknown;
}

export type Reader<T> = (raw: Raw) => T;

/** A closed object: a key that is none of `keys` is an error. Returns the value of each key, `undefined` where it is absent. */
export function readObject<K extends string>(raw: Raw, keys: readonly K[]): Readonly<Record<K, Raw>> {
  const object = readRecord(raw);
  for (const key of Object.keys(object)) {
    if (!(keys as readonly string[]).includes(key)) throw unknownKey(raw.path, key, keys);
  }
  return Object.fromEntries(keys.map((key) => [key, { path: `${raw.path}.${key}`, value: object[key] }])) as Record<K, Raw>;
}

/** An object whose keys the user chooses. */
export function readMap<T>(raw: Raw, entry: Reader<T>): Readonly<Record<string, T>> {
  const object = readRecord(raw);
  return Object.freeze(
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, entry({ path: `${raw.path}.${key}`, value })])),
  );
}

export function readList<T>(raw: Raw, item: Reader<T>): readonly T[] {
  if (!Array.isArray(raw.value)) throw wrongType(raw, "a list");
  return Object.freeze(raw.value.map((value: unknown, index) => item({ path: `${raw.path}[${index}]`, value })));
}

export function readBoolean(raw: Raw): boolean {
  if (typeof raw.value !== "boolean") throw wrongType(raw, "true or false");
  return raw.value;
}

export function readText(raw: Raw): string {
  if (typeof raw.value !== "string" || raw.value.trim() === "") throw wrongType(raw, "a non-empty string");
  return raw.value;
}

/** The position of an argument, from 0. */
export function readArgumentIndex(raw: Raw): number {
  if (!Number.isInteger(raw.value) || (raw.value as number) < 0) {
    throw wrongType(raw, "the position of an argument: 0 for the first, 1 for the second");
  }
  return raw.value as number;
}

export function readChoice<C extends string>(raw: Raw, choices: readonly C[]): C {
  const choice = choices.find((candidate) => candidate === raw.value);
  if (choice !== undefined) return choice;
  const guess = typeof raw.value === "string" ? closest(raw.value, choices) : undefined;
  const hint = guess === undefined ? "" : `; did you mean "${guess}"?`;
  throw new SettingsError(`${raw.path} must be one of ${quoteAll(choices)}, not ${show(raw.value)}${hint === "" ? "." : hint}`);
}

export function readOptional<T>(raw: Raw, read: Reader<T>): T | undefined {
  return raw.value === undefined ? undefined : read(raw);
}

/** `remedy` completes "... is missing; ". */
export function readRequired<T>(raw: Raw, read: Reader<T>, remedy: string): T {
  if (raw.value === undefined) throw new SettingsError(`${raw.path} is missing; ${remedy}.`);
  return read(raw);
}

function readRecord(raw: Raw): Record<string, unknown> {
  if (typeof raw.value !== "object" || raw.value === null || Array.isArray(raw.value)) throw wrongType(raw, "an object");
  return raw.value as Record<string, unknown>;
}

function wrongType(raw: Raw, expected: string): SettingsError {
  return new SettingsError(`${raw.path} must be ${expected}, not ${show(raw.value)}.`);
}

function unknownKey(path: string, key: string, keys: readonly string[]): SettingsError {
  const guess = closest(key, keys);
  const remedy = guess === undefined ? `use one of ${quoteAll(keys)}.` : `did you mean "${guess}"?`;
  return new SettingsError(`${path} has no key "${key}"; ${remedy}`);
}

function quoteAll(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(", ");
}

/** A value in a sentence: short values as written, others by their type. */
function show(value: unknown): string {
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return JSON.stringify(value);
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) return "a list";
  return typeof value === "function" ? "a function" : "an object";
}
