import { describe, expect, it } from "vitest";
import type { Handle } from "../../../src/ir/value.js";
import { typeorm } from "../../../src/models/typeorm/model.js";
import { set, show, where, type Given, type TestContext } from "../context.js";
import { handle, typeormContext } from "./program.js";

type Steps = readonly (readonly [string, ...Given[]])[];

function build(c: TestContext, start: Handle, steps: Steps): Handle {
  return steps.reduce((h, [name, ...args]) => c.handle(typeorm, h, name, ...args), start);
}

function builder(c: TestContext, ...steps: Steps): Handle {
  return build(c, c.handle(typeorm, handle(c, "repository"), "createQueryBuilder", "j"), steps);
}

describe("conditions in text", () => {
  it.each([
    ["j.id = :id", 'id = "1"'],
    ["j.id = :id AND j.status = 'pending'", 'id = "1" and status = "pending"'],
    ['"j"."status" <> \'done\'', 'status <> "done"'],
    ["status != :s", 'status <> "x"'],
    ["j.attempts < 3 and j.attempts >= 1", "attempts < 3 and attempts >= 1"],
    ["j.lockedBy IS NULL", "lockedBy is null"],
    ["j.lockedBy is not null", "lockedBy is not null"],
    ["j.locked_by IS NULL", "lockedBy is null"],
    ["j.id IN (:...ids)", 'id in ["1", "2"]'],
    ["j.id NOT IN (:...ids)", 'id not in ["1", "2"]'],
    ["j.status IN ('a', 'b')", 'status in ["a", "b"]'],
    ["j.id = ANY(:ids)", 'id in ["1", "2"]'],
    ["j.removedAt < NOW()", "removedAt < clock"],
    ["j.attempts BETWEEN 1 AND 3", "attempts >= 1 and attempts <= 3"],
    ["j.slug LIKE :s", "slug unknown"],
    ["j.status = :s OR j.lockedBy IS NULL", "status unknown and lockedBy unknown and …"],
    ["(j.status = :s)", 'status = "x"'],
    ["j.status = 'a' OR j.status = :s", 'status in ["a", "x"]'],
    ["j.attempts + 1 < :s", "attempts unknown and …"],
    ["p.status = :s", 'project.status = "x"'],
    ["EXISTS (SELECT 1)", "…"],
    ["j.id = :id::uuid", 'id = "1"'],
    ["user.order = :s", 'user.order = "x"'],
    ["j.status = :s AND (", "status unknown and …"],
    ["", "…"],
  ])("%s", (text, expected) => {
    const c = typeormContext();
    const made = builder(c, ["leftJoin", "j.project", "p"], ["where", text, { id: "1", s: "x", ids: ["1", "2"] }]);
    expect(where(c.access(typeorm, made, "getMany"))).toBe(expected);
  });

  it("takes parameters from every step, the last one first", () => {
    const c = typeormContext();
    const made = builder(
      c,
      ["where", "j.id = :id", { id: "1" }],
      ["setParameter", "id", "2"],
      ["andWhere", "j.slug = :slug"],
      ["setParameters", { slug: "s" }],
    );
    expect(where(c.access(typeorm, made, "getOne"))).toBe('id = "2" and slug = "s"');
  });

  it.each<readonly [string, Steps, string]>([
    [
      "a second where replaces the first",
      [
        ["where", "j.id = 1"],
        ["where", "j.slug = 's'"],
      ],
      'slug = "s"',
    ],
    [
      "orWhere leaves nothing certain",
      [
        ["where", "j.id = 1"],
        ["orWhere", "j.slug = 's'"],
      ],
      "id unknown and …",
    ],
    ["objects are conditions", [["where", { id: 1, status: "a" }]], 'id = 1 and status = "a"'],
    ["whereInIds", [["whereInIds", ["1", "2"]]], 'id in ["1", "2"]'],
    [
      "an inner join restricts too",
      [
        ["innerJoin", "j.owner", "o"],
        ["where", "j.id = 1"],
      ],
      "id = 1 and …",
    ],
    ["find options", [["setFindOptions", { where: { id: 1 } }]], "id = 1"],
  ])("%s", (_, steps, expected) => {
    const c = typeormContext();
    expect(where(c.access(typeorm, builder(c, ...steps), "getMany"))).toBe(expected);
  });

  it("a function or Brackets is opaque", () => {
    const c = typeormContext();
    const brackets = c.values.computed("typeorm.Brackets", []);
    const made = builder(c, ["where", "j.id = 1"], ["andWhere", brackets]);
    expect(where(c.access(typeorm, made, "getOne"))).toBe("id = 1 and …");
  });
});

describe("reading ends", () => {
  it.each([
    ["getOne", "row", false],
    ["getOneOrFail", "row", true],
    ["getMany", "rows", false],
    ["getRawOne", "row", false],
    ["getCount", "count", false],
    ["getExists", "exists", false],
  ])("%s", (end, cardinality, missThrows) => {
    const c = typeormContext();
    expect(c.access(typeorm, builder(c), end)).toMatchObject({
      operation: "read",
      cardinality,
      missThrows,
      method: end,
      entity: c.entity("Job"),
    });
  });

  it("getManyAndCount reads twice", () => {
    const c = typeormContext();
    const specs = c.accesses(typeorm, builder(c, ["setLock", "pessimistic_write"]), "getManyAndCount");
    expect(specs.map((s) => [s.id, s.cardinality, s.lock?.strength])).toEqual([
      ["site", "rows", "update"],
      ["site:1", "count", undefined],
    ]);
  });

  it("an aggregate is no row", () => {
    const c = typeormContext();
    expect(c.access(typeorm, builder(c, ["select", "COUNT(*)", "n"]), "getRawOne").cardinality).toBe("scalar");
  });

  it.each([
    [[["setLock", "pessimistic_write"]], { strength: "update", wait: "block" }],
    [
      [
        ["setLock", "pessimistic_write"],
        ["setOnLocked", "skip_locked"],
      ],
      { strength: "update", wait: "skip locked" },
    ],
    [
      [
        ["setLock", "for_no_key_update"],
        ["setOnLocked", "nowait"],
      ],
      { strength: "no key update", wait: "nowait" },
    ],
    [[["setLock", "optimistic", 1]], undefined],
    [[["setLock", "dirty_read"]], undefined],
  ] as const)("%j", (steps, lock) => {
    const c = typeormContext();
    expect(c.access(typeorm, builder(c, ...steps), "getOne").lock).toEqual(lock);
  });
});

describe("writing", () => {
  it.each<readonly [string, (c: TestContext) => Steps, string, string, string]>([
    [
      "update of the repository's entity",
      () => [["update"], ["set", { status: "a" }], ["where", "id = :id", { id: "1" }]],
      "update",
      'id = "1"',
      'status = "a"',
    ],
    [
      "update of a named entity",
      (c) => [
        ["update", c.entity("Job")],
        ["set", { status: "a" }],
        ["where", "id = 1"],
      ],
      "update",
      "id = 1",
      'status = "a"',
    ],
    [
      "update with a patch",
      (c) => [
        ["update", c.entity("Job"), { status: "a" }],
        ["where", "Job.id = 1"],
      ],
      "update",
      "id = 1",
      'status = "a"',
    ],
    ["delete", () => [["delete"], ["where", "id = 1"]], "delete", "id = 1", ""],
    ["softDelete", () => [["softDelete"], ["where", "id = 1"]], "update", "id = 1", "removedAt = clock"],
    ["insert", (c) => [["insert"], ["into", c.entity("Job")], ["values", { slug: "s" }]], "insert", "", 'slug = "s"'],
    ["insert or ignore", () => [["insert"], ["values", { slug: "s" }], ["orIgnore"]], "insert", "", 'slug = "s"'],
    ["insert or update", () => [["insert"], ["values", { slug: "s" }], ["orUpdate", ["status"], ["slug"]]], "upsert", "", 'slug = "s"'],
  ])("%s", (_, steps, operation, filter, patch) => {
    const c = typeormContext();
    const spec = c.access(typeorm, builder(c, ...steps(c)), "execute");
    expect([spec.operation, where(spec), set(spec), spec.entity]).toEqual([operation, filter, patch, c.entity("Job")]);
  });

  it("names the verb and resolves to the number of rows", () => {
    const c = typeormContext();
    const meaning = c.meaning(typeorm, builder(c, ["update"], ["set", { status: "a" }], ["returning", "*"]), "execute");
    expect(meaning).toMatchObject({ kind: "access", accesses: [{ method: "update", cardinality: "rows" }] });
    expect(meaning.kind === "access" && show(meaning.result)).toBe("{affected: affected(site), raw: result(site), generatedMaps: unknown}");
  });

  it("of a manager's builder takes the entity from the step", () => {
    const c = typeormContext();
    const start = c.handle(typeorm, handle(c, "manager"), "createQueryBuilder");
    const made = build(c, start, [["delete"], ["from", c.entity("Job"), "j"], ["where", "j.id = 1"]]);
    const spec = c.access(typeorm, made, "execute");
    expect([spec.entity, where(spec)]).toEqual([c.entity("Job"), "id = 1"]);
  });
});
