import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { Random } from "../tools/random.js";
import { minimise } from "./minimise.js";
import { mutate } from "./mutate.js";

/** In a process of its own: mutated files are linted in a thread, which loads compiled files. */
it("lints a few mutated files without a crash", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["test/fuzz/run.js", "--count", "25"], { encoding: "utf8" });
  expect(status, stdout + stderr).toBe(0);
  expect(stdout).toContain("25 files from seed 1 on");
});

it("fails where nothing is linted", () => {
  expect(spawnSync(process.execPath, ["test/fuzz/run.js", "--count", "0"]).status).toBe(1);
});

it("mutates alike from the same seed, and differently from another", () => {
  const [text, other] = ["const a = 1;\nif (a) f(a);\n", "while (b) g();\n"];
  const mutated = (seed: number): string => mutate(text, other, new Random(seed));
  expect(mutated(1)).toBe(mutated(1));
  expect(new Set([1, 2, 3, 4, 5, 6].map(mutated)).size).toBeGreaterThan(1);
});

it("keeps the lines that a failure needs", async () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  const fails = (text: string): Promise<boolean> => Promise.resolve(text.includes("line 7\n") && text.includes("line 33"));
  expect(await minimise(lines.join("\n"), fails, 300)).toBe("line 7\nline 33");
});
