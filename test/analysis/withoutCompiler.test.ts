import { describe, expect, it } from "vitest";

import { Analysis } from "../../src/analysis/analysis.js";
import type { Instruction, Terminator } from "../../src/ir/ir.js";
import { functionId } from "../../src/ir/ir.js";
import { plainSettings, TestCounters } from "./flow.js";
import { tableFacts, tableFile, tableFunction, toyModel, toyOrigin, type Table } from "./table.js";

const call = (dest: number, node: number, object: number, name: string, ...args: readonly number[]): Instruction => ({
  op: "call",
  dest,
  node,
  callee: { kind: "method", object, name, super: false },
  arguments: args.map((value) => ({ value, spread: false, node })),
  new: false,
  tagged: false,
  optional: false,
  nameNode: node,
  use: "awaited",
});
const end: Terminator = { kind: "return", node: 90 };
const branch = (condition: number, node: number): Terminator => ({ kind: "branch", condition, whenTrue: 1, whenFalse: 2, node });
const parameters: readonly Instruction[] = [
  { op: "param", dest: 0, index: 0, node: 1 },
  { op: "param", dest: 1, index: 1, node: 2 },
];
/** `%4 = %2.status === "pending"`. */
const check: readonly Instruction[] = [
  { op: "get", dest: 5, object: 2, name: "status", optional: false, node: 5 },
  { op: "const", dest: 3, value: "pending", node: 5 },
  { op: "binary", dest: 4, operator: "===", left: 5, right: 3, node: 5 },
];
const read = call(2, 4, 0, "find", 1);
/** `%0.update(%1, { status: "running", worker: %6 })`. */
const write: readonly Instruction[] = [
  { op: "const", dest: 7, value: "running", node: 7 },
  {
    op: "object",
    dest: 8,
    parts: [
      { kind: "field", name: "status", value: 7 },
      { kind: "field", name: "worker", value: 6 },
    ],
    node: 8,
  },
  call(9, 9, 0, "update", 1, 8),
];
const worker: Instruction = { op: "param", dest: 6, index: 2, node: 3 };

function analyse(table: Table): readonly unknown[] {
  const analysis = new Analysis(tableFacts(table), [toyModel()], plainSettings, new TestCounters());
  return analysis.issues(tableFile).map(({ kind, layer, entity, columns, read: r, check: c, write: w, anchor, consequence }) => ({
    kind,
    layer,
    entity,
    columns,
    lines: [r, c, w, anchor].map((p) => p.loc.line),
    consequence,
  }));
}

const race = {
  kind: "racy-transition",
  layer: "toy",
  entity: "Job",
  columns: ["status"],
  consequence: { kind: "overwrite", column: "worker" },
};

describe("analysis on a program that is a table", () => {
  it("finds the race in hand-written IR", () => {
    const fn = tableFunction(
      0,
      "start",
      [1, 2, 3],
      [
        [[...parameters, worker, read, ...check], branch(4, 6)],
        [write, end],
        [[], end],
      ],
    );
    expect(analyse({ functions: [fn], origins: { 1: toyOrigin } })).toEqual([{ ...race, lines: [5, 7, 10, 10] }]);
  });

  it("finds none where the write does not depend on the check", () => {
    const fn = tableFunction(
      0,
      "start",
      [1, 2, 3],
      [
        [[...parameters, worker, read, ...check, ...write], branch(4, 6)],
        [[], end],
        [[], end],
      ],
    );
    expect(analyse({ functions: [fn], origins: { 1: toyOrigin } })).toEqual([]);
  });

  it("finds none where the receiver is no data layer's", () => {
    const fn = tableFunction(
      0,
      "start",
      [1, 2, 3],
      [
        [[...parameters, worker, read, ...check], branch(4, 6)],
        [write, end],
        [[], end],
      ],
    );
    expect(analyse({ functions: [fn] })).toEqual([]);
  });

  it("follows a call to the function that writes", () => {
    const caller = tableFunction(
      0,
      "start",
      [1, 2, 3],
      [
        [[...parameters, worker, read, ...check], branch(4, 6)],
        [
          [
            { op: "global", dest: 20, name: "mark", node: 20 },
            { ...call(21, 21, 20, "", 0, 1, 6), callee: { kind: "value", value: 20 } } as Instruction,
          ],
          end,
        ],
        [[], end],
      ],
    );
    const callee = tableFunction(1, "mark", [11, 12, 13], [[[...parameters, worker, ...write], end]]);
    const target = { kind: "functions", targets: [{ function: functionId(tableFile, 1), typeArguments: {} }] } as const;
    const callers = [{ caller: caller.id, call: { file: tableFile, node: 21 } }];
    expect(analyse({ functions: [caller, callee], origins: { 1: toyOrigin, 11: toyOrigin }, targets: { 21: target }, callers })).toEqual([
      { ...race, lines: [5, 7, 10, 22] },
    ]);
  });
});
