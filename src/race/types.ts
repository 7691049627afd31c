/** What a race exploration takes and gives: the contract between the explorer, its drivers, its drawings and its users. */

/** A PostgreSQL isolation level, in the words of `SET TRANSACTION ISOLATION LEVEL`. */
export type IsolationLevel = "read committed" | "repeatable read" | "serializable";

/**
 * `thread` gives each worker its own worker thread and module graph, as two processes would have; `shared` runs all workers in one
 * module graph, where an in-process lock, cache or identity map can hide a race.
 */
export type Isolate = "thread" | "shared";

/**
 * - `violated`: a schedule broke the invariant.
 * - `exhausted`: no schedule of these workers, from this initial state, at this isolation, pool size, server version and
 *   statement-level control, broke it.
 * - `unfinished`: the exploration does not cover every schedule, for the reasons given.
 * - `vacuous`: every schedule ran, but they prove nothing: no two workers met on a table that one wrote, or a worker never wrote.
 */
export type Verdict = "violated" | "exhausted" | "unfinished" | "vacuous";

/** Runs one SQL statement on the control connection, outside all control. */
export interface Sql {
  // The caller says what its statement's rows are, as with pg.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<{ rows: Row[]; rowCount: number | null }>;
}

/** A database that one exploration may fill and empty, and how to give it back. */
export interface OpenDatabase {
  /** The connection string that the workers get as `DATABASE_URL`. */
  readonly url: string;
  /** The server's version as `SHOW server_version` gives it. */
  readonly serverVersion: string;
  /** Whether the exploration created this database, and so may reset and drop it. */
  readonly created: boolean;
  /** Drops what was created and stops what was started; safe to call twice. */
  close(): Promise<void>;
}

/** Where explorations take their database from: `embeddedPostgres()`, or what a connection string becomes. */
export interface DatabaseSource {
  readonly kind: "embedded" | "server";
  open(): Promise<OpenDatabase>;
}

/** What a worker's function gets. */
export interface WorkerContext {
  /** The worker's letter in schedules: `A`, `B`, ... */
  readonly name: string;
  /** Its place among the workers, from 0. */
  readonly index: number;
  readonly databaseUrl: string;
  /** Marks an effect (a charge, a mail): it appears in the schedule, and the invariant can count it in the worker's outcome. */
  readonly step: (label: string) => void;
}

/** A worker's function; what it returns is its outcome's `value` (structured-cloneable in thread mode). */
export type WorkerFunction = (worker: WorkerContext) => unknown;

/**
 * What a worker's module may export. `default` is run once a schedule; `setup` once before the first (connect, warm the pool),
 * `teardown` once after the last.
 */
export interface WorkerModule {
  readonly default: WorkerFunction;
  readonly setup?: WorkerFunction;
  readonly teardown?: WorkerFunction;
}

/** A worker: the URL of its module, or (in shared mode only) its function or module object. */
export type WorkerSource = URL | WorkerFunction | WorkerModule;

/** How one worker's run of one schedule ended. */
export interface Outcome {
  readonly worker: string;
  readonly status: "returned" | "threw";
  readonly value?: unknown;
  readonly error?: StatementError;
  /** The labels of `worker.step(..)`, in order. */
  readonly effects: readonly string[];
}

/** An error as a schedule shows it; `sqlState` is absent for errors that are not the server's. */
export interface StatementError {
  readonly name: string;
  readonly message: string;
  readonly sqlState?: string;
}

/**
 * - `statement`: the server executed a statement. `commit`: what it wrote became visible (the application's own COMMIT, or the
 *   commit of an autocommit statement, then `auto` is true). `rollback`: likewise.
 * - `effect`: the worker marked an effect. `return` and `throw`: the worker ended.
 */
export type StepKind = "statement" | "commit" | "rollback" | "effect" | "return" | "throw";

/** One thing that happened in a schedule. Statements are in the order in which they were let through, whenever they ended. */
export interface Step {
  readonly worker: string;
  readonly kind: StepKind;
  /** A worker's connections are numbered from 1 in the order of their first use in the schedule. */
  readonly connection?: number;
  readonly sql?: string;
  readonly parameters?: readonly unknown[];
  /** Rows returned or changed, as the server's command tag counts them. */
  readonly rowCount?: number;
  readonly auto?: boolean;
  readonly error?: StatementError;
  /** The workers it had to wait for before the server let it go on, as `pg_blocking_pids` named them. */
  readonly waitedFor?: readonly string[];
  /** The effect's label, or the returned value as one short line. */
  readonly label?: string;
  /** The index, within `Schedule.steps`, of the step whose end let this one go on, when it waited. */
  readonly releasedBy?: number;
}

/** One run of the workers: the choices that make it again, what happened, and how it ended. */
export interface Schedule {
  /**
   * One letter a scheduling decision: the worker that was let through. Where a worker waits with several statements at once, they
   * are told apart by the letter: `A` the first, `a` the second.
   */
  readonly choices: string;
  readonly steps: readonly Step[];
  readonly outcomes: readonly Outcome[];
}

/** What kept an exploration from covering every schedule. */
export type UnfinishedReason =
  | { readonly kind: "budget"; readonly limit: "schedules" | "seconds"; readonly value: number }
  | { readonly kind: "unlabelled"; readonly sql: string; readonly count: number }
  | { readonly kind: "nondeterministic"; readonly worker: string; readonly expected: string; readonly got: string }
  | { readonly kind: "waits-outside"; readonly worker: string; readonly after: string | undefined; readonly milliseconds: number }
  | { readonly kind: "waits-for-connection"; readonly worker: string; readonly after: string | undefined }
  | { readonly kind: "self-deadlock"; readonly worker: string; readonly sql: string }
  | { readonly kind: "caught-deadlock"; readonly worker: string; readonly sql: string }
  | { readonly kind: "unbracketed"; readonly sql: string }
  | { readonly kind: "outlived"; readonly worker: string; readonly sql: string }
  | { readonly kind: "lost-connection"; readonly worker: string; readonly sql: string }
  /** A worker cancelled a statement, or a time-out of its driver did not wait for it: how far it has come is a matter of time. */
  | { readonly kind: "gave-up" }
  /** Only where the server let one waiting statement overtake another, which no decision makes it do, was the invariant broken. */
  | { readonly kind: "overtaken"; readonly sentence: string }
  /** Somebody else used the explorer's own database while workers ran; the statement is known only of one that is still connected. */
  | { readonly kind: "foreign-session"; readonly sql: string | undefined };

/** A schedule that broke the invariant. */
export interface Violation {
  /** What the invariant said. */
  readonly sentence: string;
  /** The violating schedule with the fewest context switches that was found from the first one. */
  readonly schedule: Schedule;
  /** The string for the option `replay`. */
  readonly replay: string;
}

export interface ReportData {
  readonly verdict: Verdict;
  readonly isolation: IsolationLevel;
  readonly isolate: Isolate;
  readonly serverVersion: string;
  readonly workers: readonly string[];
  /** The largest number of connections that one worker held at once, in any schedule. */
  readonly connections: number;
  /** Schedules that were run to their end, and schedules that reduction proved equal to one that was. */
  readonly explored: number;
  readonly pruned: number;
  /** How many of the explored schedules broke the invariant; more than one only with `stopAtFirst: false`. */
  readonly violations: number;
  readonly violation?: Violation;
  /** A schedule to show when nothing broke: the last explored. */
  readonly sample?: Schedule;
  /** Why the verdict is `unfinished`; also what a violated exploration left open. */
  readonly unfinished: readonly UnfinishedReason[];
  /** One sentence each: why the verdict is `vacuous`. */
  readonly vacuous: readonly string[];
  /** Deadlocks, serialization failures, lock time-outs and the like that schedules met: SQLSTATE to number of schedules. */
  readonly errors: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** What an exploration found, and its drawings. */
export interface Report extends ReportData {
  /** The schedule as columns of text, with verdict, counts and replay string: what a failed assertion prints. */
  toString(): string;
  /** A Mermaid sequence diagram of the violating schedule. */
  toMermaid(): string;
  toSVG(): string;
}

export interface Progress {
  readonly explored: number;
  readonly pruned: number;
  readonly violations: number;
  /** Statements of the workers so far, warm-up included, and the round trips to the server that they took. */
  readonly statements: number;
  readonly roundTrips: number;
  readonly seconds: number;
  readonly isolation: IsolationLevel;
}

export interface ExploreOptions {
  /** Default: `DATABASE_URL` when set (a new database is created on that server), else the embedded server. */
  readonly database?: DatabaseSource | string;
  /** SQL text, or the URL of a `.sql` file. Run once. */
  readonly schema?: string | URL | readonly (string | URL)[];
  /** Brings the rows to their initial state; runs before every schedule. */
  readonly reset: (db: Sql) => unknown;
  /** `[2, worker]` for equal workers, or one entry for each of different ones. */
  readonly workers: readonly [number, WorkerSource] | readonly WorkerSource[];
  /** Throws, or returns a sentence, when what happened must not have happened. */
  readonly invariant: (context: { readonly outcomes: readonly Outcome[]; readonly db: Sql }) => unknown;
  /** Default: `thread` when all workers are modules, which is required for it. */
  readonly isolate?: Isolate;
  /** What sessions get that ask for nothing else. Default: the server's default, read committed. For several: `exploreEach`. */
  readonly isolation?: IsolationLevel;
  /**
   * Skip schedules that provably end like an explored one; refused unless every transaction is READ COMMITTED and every worker has a
   * thread of its own. Default: false.
   */
  readonly reduce?: boolean;
  /** Runs the one schedule that a report's replay string names. */
  readonly replay?: string;
  readonly budget?: { readonly schedules?: number; readonly seconds?: number };
  /** Stop at the first violation. Default: true; false counts all of them. The one shown is shrunk in both. */
  readonly stopAtFirst?: boolean;
  /** Milliseconds without a statement, end or server-side wait after which a worker is said to wait outside the database. Default: 5000. */
  readonly stall?: number;
  /**
   * Node's flags for the worker threads. Default: none, and workers in TypeScript are loaded through tsx if it is installed. Give
   * flags to load them otherwise, for example through a loader that emits decorator metadata.
   */
  readonly execArgv?: readonly string[];
  /** Explore in the very database that the connection string names, which `reset` will change. Default: false. */
  readonly allowExisting?: boolean;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}
