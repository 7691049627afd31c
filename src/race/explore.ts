import { Courses, type Sample } from "./courses.js";
import { Exploration } from "./exploration.js";
import { settingsOf, type Settings } from "./options.js";
import type { Dependent } from "./reduce/effects.js";
import { assertLevel } from "./reduce/readCommitted.js";
import { beginReduction } from "./reduce/reduction.js";
import { Replay } from "./replay.js";
import { reportOf } from "./report.js";
import { Stuck } from "./scheduler/run.js";
import type { Search } from "./scheduler/search.js";
import { type Choose, first, ScheduleTree } from "./scheduler/tree.js";
import { withOpened } from "./surroundings.js";
import type { ExploreOptions, Report } from "./types.js";

/**
 * Runs the workers through every order of their statements on a real PostgreSQL, and says whether one of them breaks the invariant.
 * What the verdicts mean: `Verdict`.
 */
export async function explore(options: ExploreOptions): Promise<Report> {
  return exploreSettings(settingsOf(options));
}

/** With settings that are checked already; `relation` replaces what reduction takes for dependent. */
export async function exploreSettings(settings: Settings, relation?: Dependent): Promise<Report> {
  const { options, reduce } = settings;
  options.signal?.throwIfAborted();
  return withOpened(settings, async (opened) => {
    if (reduce) assertLevel(opened.purity.isolation, "this database");
    const exploration = new Exploration(settings, opened);
    try {
      if (options.replay === undefined) await searchAll(exploration, settings, relation);
      else await replayOne(exploration, new Replay(options.replay, opened.host.size));
    } catch (error) {
      // Why the workers hang is among the reasons.
      if (!(error instanceof Stuck)) throw error;
    }
    if (exploration.controlled === 0) throw new Error([nothingIntercepted, ...thrownIn(exploration)].join(" "));
    return reportOf(exploration.report());
  });
}

const nothingIntercepted =
  "No statement of the workers was intercepted, so nothing was explored. The workers must use pg, postgres.js or a layer on top of them, " +
  "not a native driver; must await their statements; and must connect to process.env.DATABASE_URL or to worker.databaseUrl.";

/** What the workers threw instead of sending statements. */
function thrownIn({ sample }: Exploration): readonly string[] {
  const errors = sample?.outcomes.flatMap(({ error, worker }) => (error === undefined ? [] : [{ ...error, worker }])) ?? [];
  return errors.map(({ worker, name, message }) => `Worker ${worker} threw ${name}: ${message}.`);
}

/** Each worker goes one step in turn, so that as many connections are open at once as ever will be. */
const inTurn: Choose = ({ enabled, past }) => {
  const last = past.at(-1) ?? "";
  return enabled.find((letter) => letter > last) ?? enabled[0] ?? "";
};

const mostWarmUps = 6;

/**
 * Layers send statements of their own when they first use a connection (types, versions), hand one worker's new connection to
 * another, and fill caches. Runs that do not count take this out of the way of those that do: until the workers, run one after the
 * other and in turn, do nothing surprising, or it seems that they always will.
 */
async function warmUp(exploration: Exploration): Promise<void> {
  let calm = 0;
  for (let runs = 0; runs < mostWarmUps && calm < 2; runs++) {
    calm = (await exploration.warmUp(runs % 2 === 0 ? first : inTurn)) ? calm + 1 : 0;
  }
}

async function searchAll(exploration: Exploration, settings: Settings, relation?: Dependent): Promise<void> {
  await warmUp(exploration);
  const reduction = settings.reduce ? await beginReduction(exploration.control, relation) : undefined;
  const end = await searchWith(reduction?.search ?? new ScheduleTree(), exploration, settings);
  // Where every schedule was run, none with fewer context switches than the one kept breaks the invariant.
  if (end !== "all" || reduction !== undefined) await exploration.shrink();
  await reduction?.check();
}

/** Why a search ended: every schedule is covered, a limit of the budget is reached, or a violation was what was looked for. */
type SearchEnd = "all" | "budget" | "violation";

async function searchWith(search: Search, exploration: Exploration, settings: Settings): Promise<SearchEnd> {
  const { stopAtFirst, options } = settings;
  const courses = new Courses();
  do {
    if (isSpent(exploration, settings)) return "budget";
    search.begin();
    const judged = await exploration.run(search.choose, search.foresee);
    search.end(judged.turns);
    exploration.pruned = search.pruned;
    if (search.mismatch !== undefined) exploration.reasons.add(search.mismatch);
    if (search.redundant) continue;
    courses.note(judged);
    const broken = exploration.count(judged);
    options.onProgress?.(exploration.progress());
    if (broken && stopAtFirst) return "violation";
  } while (search.advance());
  for (const sample of courses.samples) await confirm(exploration, sample);
  return "all";
}

function isSpent(exploration: Exploration, { schedules, seconds }: Settings): boolean {
  const limit = exploration.explored >= schedules ? "schedules" : exploration.seconds >= seconds ? "seconds" : undefined;
  if (limit === undefined) return false;
  exploration.reasons.add({ kind: "budget", limit, value: limit === "schedules" ? schedules : seconds });
  return true;
}

/** Only the beginnings of schedules are run more than once in the search, so some are run again and compared to their ends. */
async function confirm(exploration: Exploration, { schedule, trace: expected }: Sample): Promise<void> {
  const { trace } = await exploration.runWatched(({ past, enabled }) => {
    const letter = schedule.choices[past.length] ?? "";
    return enabled.includes(letter) ? letter : (enabled[0] ?? "");
  });
  const at = expected.findIndex((workers, index) => workers !== trace[index]);
  if (at < 0 && trace.length === expected.length) return;
  exploration.reasons.add({ kind: "nondeterministic", worker: "A", expected: expected[at] ?? "the end", got: trace[at] ?? "the end" });
}

async function replayOne(exploration: Exploration, replay: Replay): Promise<void> {
  const judged = await exploration.run(replay.choose);
  replay.check(judged.schedule);
  exploration.count(judged);
  exploration.reasons.add({ kind: "budget", limit: "schedules", value: 1 });
}
