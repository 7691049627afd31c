import { expect, test } from "vitest";
import type { Agent, Request, Ticket } from "../../../src/race/agent/agent.js";
import type { Answer } from "../../../src/race/agent/protocol.js";
import { message, queryMessage } from "../../../src/race/drivers/pgMessages.js";
import type { WireMessage } from "../../../src/race/drivers/wire/framer.js";
import { WirePassage } from "../../../src/race/drivers/wire/passage.js";
import type { WireSession } from "../../../src/race/drivers/wire/session.js";

function wire(type: string, text = ""): WireMessage {
  return { type, bytes: message(type, Buffer.from(text)) };
}

/** A simple query that has its turn with the COMMIT sent along, and everything that agent, server and driver then are told. */
function sentAlong() {
  const told: string[] = [];
  const session = {
    status: "open",
    toServer: (bytes: readonly Buffer[]) => told.push(`to server: ${bytes.map((one) => String.fromCharCode(one[0] ?? 0)).join("")}`),
    finished: (messages: readonly WireMessage[]) => told.push(`to driver: ${messages.map(({ type }) => type).join("")}`),
  };
  const say = (word: string, { rowCount, error, tag }: Answer): void =>
    void told.push([word, rowCount, error?.sqlState, error === undefined ? tag : ""].join(" ").trim());
  const ticket: Ticket = {
    executed: (answer) => say("executed", answer),
    answered: (answer, deliver) => {
      say("answered", answer);
      deliver(false);
      return false;
    },
  };
  const agent = { arrive: (_label: unknown, _request: Request) => ticket } as unknown as Agent;
  const passage = new WirePassage(session as unknown as WireSession, new Map());
  passage.add({ type: "Q", bytes: queryMessage("update jobs set status = 'running'") });
  passage.belongsTo({ agent, worker: 0, run: 1 }, undefined);
  passage.start();
  passage.run(true, true);
  const replies = (status: string, ...messages: readonly WireMessage[]): void => {
    session.status = status;
    for (const one of [...messages, wire("Z")]) passage.reply(one);
  };
  return { told, passage, replies };
}

const began = [wire("1"), wire("2"), wire("C", "BEGIN\0")];
const updated = [...began, wire("C", "UPDATE 1\0")];
const failed = (code: string): WireMessage => wire("E", `SERROR\0VERROR\0C${code}\0Mno\0\0`);

test("a COMMIT that is sent along counts when it is granted, also where the server was faster", () => {
  const { told, passage, replies } = sentAlong();
  replies("open", ...updated);
  replies("idle", wire("C", "COMMIT\0"));
  expect(told).toEqual(["to server: PQQ", "executed 1  UPDATE 1"]);
  passage.commit();
  expect(told.slice(2)).toEqual(["answered 1  UPDATE 1", "to driver: CZ"]);
});

test("and where it is granted first", () => {
  const { told, passage, replies } = sentAlong();
  replies("open", ...updated);
  passage.commit();
  expect(told.slice(1)).toEqual(["executed 1  UPDATE 1"]);
  replies("idle", wire("C", "COMMIT\0"));
  expect(told.slice(2)).toEqual(["answered 1  UPDATE 1", "to driver: CZ"]);
});

test("one that fails gives the application its error in place of the rows", () => {
  const { told, passage, replies } = sentAlong();
  replies("open", ...updated);
  replies("idle", failed("40001"));
  passage.commit();
  expect(told.slice(2)).toEqual(["answered 1 40001", "to driver: EZ"]);
});

test("behind a statement that fails it is the ROLLBACK, and no other is sent", () => {
  const { told, replies } = sentAlong();
  replies("failed", ...began, failed("23505"));
  expect(told).toEqual(["to server: PQQ"]);
  replies("idle", wire("C", "ROLLBACK\0"));
  expect(told.slice(1)).toEqual(["answered  23505", "to driver: EZ"]);
});

test("what the server refuses in a transaction is executed as it was sent, without a COMMIT", () => {
  const { told, replies } = sentAlong();
  replies("failed", ...began, failed("25001"));
  replies("idle", wire("C", "ROLLBACK\0"));
  expect(told.slice(1)).toEqual(["to server: Q"]);
  replies("idle", wire("C", "VACUUM\0"));
  expect(told.slice(2)).toEqual(["answered   VACUUM", "to driver: CZ"]);
});
