import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type ControlConnection, controlConnection, isUncontrolled, serverDatabase } from "../../../src/race/database/index.js";
import type { OpenDatabase } from "../../../src/race/types.js";
import { serverUrl } from "./urls.js";

let database: OpenDatabase;
let control: ControlConnection;

beforeAll(async () => {
  database = await serverDatabase(serverUrl.href).open();
  control = await controlConnection(database.url);
});

afterAll(async () => {
  await control.end();
  await database.close();
});

async function session(): Promise<{ readonly client: pg.Client; readonly pid: number }> {
  const client = new pg.Client(database.url);
  client.on("error", () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return { client, pid: rows[0]?.pid ?? 0 };
}

describe("the control connection", () => {
  it("answers one statement, and the last of several", async () => {
    expect(await control.query("select $1::int as n", [1])).toEqual({ rows: [{ n: 1 }], rowCount: 1 });
    expect(await control.query("create table several (id int); insert into several values (1), (2)")).toEqual({ rows: [], rowCount: 2 });
  });

  it("names who blocks whom, and who does not wait is not named", async () => {
    const [holder, waiter] = await Promise.all([session(), session()]);
    await holder.client.query("begin; select pg_advisory_xact_lock(1)");
    const waiting = waiter.client.query("select pg_advisory_xact_lock(1)");
    const pids = [holder.pid, waiter.pid];
    await vi.waitUntil(async () => (await control.blockers(pids)).size > 0);
    expect(await control.blockers(pids)).toEqual(new Map([[waiter.pid, [holder.pid]]]));
    await holder.client.query("commit");
    await waiting;
    expect(await control.blockers(pids)).toEqual(new Map());
    await Promise.all([holder.client.end(), waiter.client.end()]);
  });

  it("names all who wait at one moment, for holders and for those ahead of them", async () => {
    const [holder, first, second] = await Promise.all([session(), session(), session()]);
    await holder.client.query("begin; select pg_advisory_xact_lock(2)");
    const lock = async ({ client }: typeof holder) => client.query("select pg_advisory_xact_lock(2)");
    const waiting = [lock(first)];
    const pids = [holder.pid, first.pid, second.pid];
    await vi.waitUntil(async () => (await control.blockers(pids)).size === 1);
    waiting.push(lock(second));
    await vi.waitUntil(async () => (await control.blockers(pids)).size === 2);
    const blockers = await control.blockers(pids);
    expect(blockers.get(first.pid)).toEqual([holder.pid]);
    expect([...(blockers.get(second.pid) ?? [])].sort()).toEqual([holder.pid, first.pid].sort());
    await holder.client.query("commit");
    await Promise.all(waiting);
    await Promise.all([holder.client.end(), first.client.end(), second.client.end()]);
  });

  it("cancels a statement", async () => {
    const { client, pid } = await session();
    const waiting = client.query("select pg_sleep(60)").catch((error: unknown) => error);
    await vi.waitUntil(async () => {
      await control.cancel(pid);
      const { rows } = await control.query<{ state: string }>("select state from pg_stat_activity where pid = $1", [pid]);
      return rows[0]?.state === "idle";
    });
    expect(await waiting).toMatchObject({ code: "57014" });
    await client.end();
  });

  it("ends all other connections to the database, and goes on itself", async () => {
    const sessions = await Promise.all([session(), session()]);
    const ended = sessions.map(({ client }) => new Promise((resolve) => client.once("end", resolve)));
    expect(await control.endOthers()).toBe(2);
    await Promise.all(ended);
    expect(await control.query("select 1 as one")).toEqual({ rows: [{ one: 1 }], rowCount: 1 });
  });

  it("is seen by an interception as not its own", async () => {
    const seen: boolean[] = [];
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called on the client that it was called on
    const original = pg.Client.prototype.query;
    const spy = vi.spyOn(pg.Client.prototype, "query").mockImplementation(function (this: pg.Client, ...args: unknown[]) {
      seen.push(isUncontrolled(this));
      return Reflect.apply(original, this, args) as never;
    });
    try {
      await control.query("select 1");
      await control.blockers([0]);
      const { client } = await session();
      await client.end();
    } finally {
      spy.mockRestore();
    }
    expect(seen).toEqual([true, true, false]);
  });
});
