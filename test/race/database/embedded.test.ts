import { existsSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { connect as connectSocket } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embeddedPostgres } from "../../../src/race/database/index.js";
import type { OpenDatabase } from "../../../src/race/types.js";
import { ask } from "./urls.js";

const source = embeddedPostgres({ settings: { max_connections: 17, listen_addresses: "*" }, idle: 0 });
let first: OpenDatabase;
let second: OpenDatabase;
let dataFolder: string;

beforeAll(async () => {
  [first, second] = await Promise.all([source.open(), source.open()]);
  dataFolder = (await setting("data_directory")) ?? "";
});

async function setting(name: string): Promise<string | undefined> {
  const rows = await ask<{ value: string }>("select current_setting($1) as value", [name], new URL(first.url));
  return rows[0]?.value;
}

function portAnswers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket({ host, port })
      .once("error", () => resolve(false))
      .once("connect", () => {
        socket.destroy();
        resolve(true);
      });
  });
}

describe("embeddedPostgres", () => {
  afterAll(() => Promise.all([first.close(), second.close()]));

  it("gives each exploration a database of its own on one server", () => {
    const [one, other] = [new URL(first.url), new URL(second.url)];
    expect(one.port).toBe(other.port);
    expect(one.pathname).not.toBe(other.pathname);
    expect(first).toMatchObject({ created: true, serverVersion: expect.stringMatching(/^\d+\.\d+/) as unknown });
  });

  it("has the settings asked for, but never another address", async () => {
    expect(await setting("max_connections")).toBe("17");
    expect(await setting("fsync")).toBe("off");
    expect(await setting("deadlock_timeout")).toBe("10ms");
    expect(await setting("listen_addresses")).toBe("127.0.0.1");
    const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
    for (const { address } of addresses.filter(({ internal, family }) => !internal && family === "IPv4")) {
      expect(await portAnswers(address, Number(new URL(first.url).port))).toBe(false);
    }
  });

  it("lets nobody in without the password", async () => {
    const url = new URL(first.url);
    expect(url.password.length).toBeGreaterThan(20);
    url.password = "guess";
    await expect(new pg.Client(url.href).connect()).rejects.toMatchObject({ code: "28P01" });
  });

  it("keeps its files where only the server's account reads them", async () => {
    expect(await setting("data_directory_mode")).toBe("0700");
    expect(existsSync(dataFolder)).toBe(true);
  });

  it("ends with its last exploration when it is not to idle, and leaves no folder", async () => {
    await first.close();
    expect(existsSync(dataFolder)).toBe(true);
    await second.close();
    expect(existsSync(dataFolder)).toBe(false);
    const third = await source.open();
    expect(new URL(third.url).password).not.toBe(new URL(first.url).password);
    await third.close();
  });
});
