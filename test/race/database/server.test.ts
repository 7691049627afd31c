import pg from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { resolveDatabase, serverDatabase } from "../../../src/race/database/index.js";
import { identify } from "../../../src/race/database/processes.js";
import { as, ask, databaseExists, databaseName, serverUrl } from "./urls.js";

const role = `check_then_act_role_${process.pid}`;

afterAll(async () => {
  await ask(`drop role if exists ${role}`);
});

describe("serverDatabase", () => {
  it("makes an empty database of its own and drops it", async () => {
    const database = await serverDatabase(serverUrl.href).open();
    const name = databaseName(database.url);
    expect(name).toMatch(new RegExp(`^check_then_act_${process.pid}_[0-9a-f]{10}$`));
    expect(database).toMatchObject({ created: true, serverVersion: expect.stringMatching(/^\d+\.\d+/) as unknown });
    expect(await databaseExists(name)).toBe(true);
    await database.close();
    await database.close();
    expect(await databaseExists(name)).toBe(false);
  });

  it("drops it although connections to it are still open", async () => {
    const database = await serverDatabase(serverUrl.href).open();
    const client = new pg.Client(database.url);
    const ended = new Promise((resolve) => client.on("error", resolve));
    await client.connect();
    await database.close();
    await expect(ended).resolves.toMatchObject({ code: "57P01" });
  });

  it("with allowExisting uses the very database that the connection string names, and keeps it", async () => {
    const own = await serverDatabase(serverUrl.href).open();
    const existing = await serverDatabase(own.url, { allowExisting: true }).open();
    expect(existing).toMatchObject({ url: own.url, created: false });
    await existing.close();
    expect(await databaseExists(databaseName(own.url))).toBe(true);
    await own.close();
  });

  it("drops a database whose makers are dead, and only that", async () => {
    const prefix = `check_then_act_${process.pid}`;
    const dead = { ...identify(process.pid), started: "another time" };
    const comments: Record<string, readonly unknown[] | undefined> = {
      dead: [dead],
      living: [dead, identify(process.pid)],
      elsewhere: [{ ...dead, machine: "another" }],
      nobodys: [],
      unsigned: undefined,
    };
    for (const [name, owners] of Object.entries(comments)) {
      await ask(`create database ${prefix}_${name}`);
      const comment = JSON.stringify({ madeBy: "eslint-plugin-check-then-act", owners });
      if (owners) await ask(`comment on database ${prefix}_${name} is '${comment}'`);
    }
    const database = await serverDatabase(serverUrl.href).open();
    await database.close();
    const left = await ask<{ datname: string }>("select datname from pg_database where datname ~ $1 order by 1", [`^${prefix}_[a-z]+$`]);
    for (const { datname } of left) await ask(`drop database ${datname}`);
    expect(left.map(({ datname }) => datname.slice(prefix.length + 1))).toEqual(["elsewhere", "living", "nobodys", "unsigned"]);
  });
});

describe("what keeps a database from being had is said in a sentence", () => {
  const attempt = (url: string): Promise<unknown> => serverDatabase(url).open();

  it("no server there", async () => {
    await expect(attempt("postgresql://u:secret@127.0.0.1:1/d")).rejects.toThrow(
      "No PostgreSQL server answers at 127.0.0.1:1. Start it, correct the connection string, or leave it out to use the embedded server.",
    );
  });

  it("a wrong password", async () => {
    await ask(`create role ${role} login password 'right'`);
    const port = serverUrl.port === "" ? "5432" : serverUrl.port;
    await expect(attempt(as(role, "wrong"))).rejects.toThrow(
      `The server at ${serverUrl.hostname}:${port} refuses the password of "${role}". Correct user and password in the connection string.`,
    );
  });

  // A connection left open would hold up the next CREATE DATABASE for a minute.
  it("no password, and no connection is left that waits for one", { timeout: 30_000 }, async () => {
    await expect(attempt(as(role, ""))).rejects.toThrow("asks for a password. Put it into the connection string.");
    const database = await serverDatabase(serverUrl.href).open();
    await database.close();
  });

  it("no right to create databases", async () => {
    await expect(attempt(as(role, "right"))).rejects.toThrow(
      `Run ALTER ROLE "${role}" CREATEDB, or pass allowExisting: true with the connection string of a database whose rows may be lost.`,
    );
  });

  it("a database that is not there", async () => {
    const url = new URL(serverUrl);
    url.pathname = "/none";
    await expect(attempt(url.href)).rejects.toThrow('has no database "none".');
  });

  it.each([
    ["mysql://u:secret@h/d", 'The connection string starts with "mysql:", which is not PostgreSQL.'],
    ["secret", "The connection string is not a URL."],
  ])("a connection string that is none: %s", (url, sentence) => {
    expect(() => serverDatabase(url)).toThrow(`${sentence} Write it as postgresql://user:password@host:5432/database.`);
  });
});

describe("resolveDatabase", () => {
  it("takes a source as it is, a string as a server, and DATABASE_URL when there is neither", () => {
    const source = serverDatabase(serverUrl.href);
    expect(resolveDatabase(source)).toBe(source);
    expect(resolveDatabase(serverUrl.href).kind).toBe("server");
    expect(resolveDatabase(undefined).kind).toBe("server");
  });

  it("takes the embedded server when nothing is named", () => {
    const named = process.env["DATABASE_URL"];
    delete process.env["DATABASE_URL"];
    try {
      expect(resolveDatabase(undefined).kind).toBe("embedded");
    } finally {
      process.env["DATABASE_URL"] = named;
    }
  });
});
