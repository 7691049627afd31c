import fc from "fast-check";
import { expect, test } from "vitest";
import { message, queryMessage } from "../../../src/race/drivers/pgMessages.js";
import { Contents } from "../../../src/race/drivers/wire/contents.js";
import { Framer, type WireMessage } from "../../../src/race/drivers/wire/framer.js";
import { readError } from "../../../src/race/drivers/wire/reading.js";
import { repeated } from "../../../src/race/drivers/wire/repeated.js";
import { asDeadlockMessage } from "../../../src/race/drivers/wire/writing.js";

function wire(type: string, ...parts: readonly (string | Buffer)[]): WireMessage {
  return { type, bytes: message(type, Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)))) };
}

const int16 = (...values: readonly number[]): Buffer =>
  Buffer.concat(values.map((value) => Buffer.from([(value >> 8) & 255, value & 255])));
const int32 = (value: number): Buffer => Buffer.concat([int16(value >> 16), int16(value)]);
const parse = (name: string, text: string): WireMessage => wire("P", `${name}\0${text}\0`, int16(0));
const bind = (statement: string, ...values: readonly string[]): WireMessage =>
  wire("B", `\0${statement}\0`, int16(0, values.length), ...values.flatMap((value) => [int32(value.length), value]), int16(0));
const execute = (rows: number): WireMessage => wire("E", "\0", int32(rows));
const sync = wire("S");
const flush = wire("H");

test("messages are the same however the bytes are divided", () => {
  const messages = fc.array(fc.tuple(fc.constantFrom("Q", "D", "Z"), fc.uint8Array({ maxLength: 40 })), { maxLength: 12 });
  fc.assert(
    fc.property(messages, fc.infiniteStream(fc.integer({ min: 1, max: 30 })), (sent, sizes) => {
      const all = sent.map(([type, body]) => wire(type, Buffer.from(body)));
      const bytes = Buffer.concat(all.map((one) => one.bytes));
      const framer = new Framer();
      const received: WireMessage[] = [];
      for (let at = 0; at < bytes.length;) {
        const { value: size } = sizes.next() as { value: number };
        received.push(...framer.take(bytes.subarray(at, at + size)));
        at += size;
      }
      expect(received).toEqual(all);
    }),
  );
});

test("what an exchange asks for: its texts, by name where they were prepared before, its values, and whether it ends", () => {
  const prepared = new Map<string, string>();
  const contentsOf = (...messages: readonly WireMessage[]): Contents => {
    const contents = new Contents(prepared);
    for (const one of messages) contents.add(one);
    return contents;
  };
  const first = contentsOf(parse("s1", "select $1"), wire("D", "Ss1\0"), flush);
  expect(first).toMatchObject({ sql: "select $1", closed: false, inPieces: false });
  first.add(bind("s1", "7"));
  first.add(execute(0));
  first.add(sync);
  expect(first).toMatchObject({ sql: "select $1", values: ["7"], closed: true });
  expect(contentsOf(bind("s1", "8"), execute(5), flush)).toMatchObject({ sql: "select $1", values: ["8"], closed: false, inPieces: true });
  expect(contentsOf(bind("s1", "1"), execute(0), parse("", "select 2"), bind(""), execute(0), sync).sql).toBe("select $1; select 2");
  expect(contentsOf({ type: "Q", bytes: queryMessage("begin") })).toMatchObject({ sql: "begin", closed: true });
  expect(contentsOf(sync)).toMatchObject({ sql: "", closed: true });
});

test("a cancellation becomes a deadlock with the fields that the server gives one, and another error stays what it is", () => {
  const error = (code: string): WireMessage => wire("E", `SERROR\0VERROR\0C${code}\0Mcanceling statement\0Wwhile updating tuple\0\0`);
  const deadlock = readError(asDeadlockMessage(error("57014")));
  expect(Object.fromEntries(deadlock)).toMatchObject({
    S: "ERROR",
    V: "ERROR",
    C: "40P01",
    M: "deadlock detected",
    W: "while updating tuple",
  });
  const other = error("23505");
  expect(asDeadlockMessage(other)).toBe(other);
});

test("what is sent once more: a prepared statement lives, one without a name does not, and no answer comes twice", () => {
  const typesOf = (bytes: readonly Buffer[]): string => bytes.map((one) => String.fromCharCode(one[0] ?? 0)).join("");
  const once = (name: string): readonly WireMessage[] => [parse(name, "vacuum"), bind(name), execute(0), sync];
  const described = (name: string): readonly WireMessage[] => [
    parse(name, "call f($1)"),
    wire("D", `S${name}\0`),
    flush,
    ...once(name).slice(1),
  ];
  const of = (messages: readonly WireMessage[], told: number): readonly string[] => {
    const { bytes, unasked } = repeated(messages, told);
    return [typesOf(bytes), unasked.join("")];
  };
  expect(of(once(""), 0)).toEqual(["PBES", ""]);
  expect(of(once("s1"), 0)).toEqual(["CPBES", "3"]);
  expect(of(described("s1"), 3)).toEqual(["BES", ""]);
  expect(of(described(""), 3)).toEqual(["PBES", "1"]);
  expect(of([{ type: "Q", bytes: queryMessage("vacuum") }], 0)).toEqual(["Q", ""]);
});
