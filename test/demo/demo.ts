/**
 * `npm run demo`: the job processor of four files, in TypeORM and in raw SQL: what ESLint reports of it, the schedule that runs the job
 * twice on a real PostgreSQL, the fix, and the proof that it holds. Needs nothing but Node. Exit code 0 only if all of it came out so.
 */
import { embeddedPostgres } from "../../src/race/index.js";
import { Application } from "./application.js";
import { runSlice, type Result, type Terminal } from "./slice.js";
import { Transcript } from "./transcript.js";

const layers = ["typeorm", "pg"];
const start = performance.now();
const interrupted = new AbortController();
const applications: Application[] = [];

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function terminalOf(layer: string, write: (text: string) => void): Terminal {
  return {
    step: (what) => {
      write(`\n[${((performance.now() - start) / 1000).toFixed(0).padStart(2)} s] ${layer}: ${what}\n`);
    },
    show: (text) => {
      write(text.replaceAll(/^(?=.)/gm, "  "));
    },
    signal: interrupted.signal,
  };
}

function closingLine(layer: string, result: Result): string {
  const { flagged, twice, schedules, flaggedAfter, violatedAfter, schedulesAfter } = result;
  const before = `${flagged} race(s) flagged; ${twice} of ${schedules} interleavings run the job twice`;
  return `demo ${layer}: ${before}; after the fix: ${flaggedAfter} flagged, ${violatedAfter} of ${schedulesAfter}`;
}

async function demonstrate(): Promise<boolean> {
  const transcript = new Transcript(layers, print);
  const results = await Promise.all(
    layers.map(async (layer) => {
      const application = new Application(layer);
      applications.push(application);
      const write = (text: string): void => transcript.write(layer, text);
      const result = await runSlice(application, embeddedPostgres(), terminalOf(layer, write));
      transcript.end(layer);
      return { layer, result };
    }),
  );
  print("");
  for (const { layer, result } of results) print(closingLine(layer, result));
  return results.every(({ result }) => result.succeeded);
}

process.once("SIGINT", () => {
  print("\ninterrupted: stopping the server and removing the copies ...");
  interrupted.abort();
});

try {
  process.exitCode = (await demonstrate()) ? 0 : 1;
} catch (error) {
  if (!interrupted.signal.aborted) throw error;
  process.exitCode = 130;
} finally {
  for (const application of applications) application.remove();
}
