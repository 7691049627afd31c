import { describe, expect, it } from "vitest";

import { Analysis } from "../../src/analysis/analysis.js";
import { Flow, plainSettings, TestCounters } from "./flow.js";

interface InternalError {
  readonly file: string;
  readonly functionName: string;
  readonly message: string;
}

class Collected extends TestCounters {
  readonly errors: InternalError[] = [];

  override internalError(file: string, functionName: string, error: unknown): void {
    this.errors.push({ file, functionName, message: error instanceof Error ? error.message : String(error) });
  }
}

const start = (name: string, column: string) => `
export async function ${name}(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.${column} !== "pending") return;
  await prisma.job.update({ where: { id }, data: { ${column}: "running" } });
  await mailer.send(id);
}`;

/** Analyses with a data layer that fails on one column. */
function analyse(text: string): { readonly columns: readonly string[]; readonly errors: readonly InternalError[] } {
  const { facts, models } = new Flow(text);
  const counters = new Collected();
  const failing = models.map((model) => ({
    ...model,
    call: (...args: Parameters<typeof model.call>) => {
      const meaning = model.call(...args);
      if (meaning?.kind === "access" && meaning.accesses.some((a) => a.written.some((w) => w.column === "broken")))
        throw new Error("broken column");
      return meaning;
    },
  }));
  const issues = new Analysis(facts, failing, plainSettings, counters).issues("/app/file.ts");
  return { columns: issues.flatMap((i) => i.columns), errors: counters.errors };
}

describe("an exception in the analysis of one function", () => {
  it("names file and function, once, and leaves the others' issues", () => {
    expect(analyse(start("first", "status") + start("second", "broken") + start("third", "state"))).toEqual({
      columns: ["status", "state"],
      errors: [{ file: "/app/file.ts", functionName: "second", message: "broken column" }],
    });
  });

  it("is none where nothing is broken", () => {
    expect(analyse(start("first", "status"))).toEqual({ columns: ["status"], errors: [] });
  });

  it("does not lose the issues of a function that calls the broken one", () => {
    const caller = start("first", "status").replace("await mailer.send(id);", "await second(prisma, id);");
    const { columns, errors } = analyse(caller + start("second", "broken"));
    expect(columns).toEqual(["status"]);
    expect(errors.map((e) => e.functionName)).toEqual(["second"]);
  });

  it("in finding what a function's flows mean names the function too", () => {
    const { facts, models } = new Flow(start("first", "status") + start("second", "state"));
    const counters = new Collected();
    const analysis = new Analysis(facts, models, plainSettings, counters);
    const schema = () => {
      throw new Error("no schema");
    };
    Object.defineProperty(analysis.environment, "schema", { value: schema });
    expect(analysis.issues("/app/file.ts")).toEqual([]);
    expect(new Set(counters.errors.map((e) => `${e.functionName} in ${e.file}: ${e.message}`))).toEqual(
      new Set(["first in /app/file.ts: no schema", "second in /app/file.ts: no schema"]),
    );
  });
});
