import type { ControlConnection } from "../database/control.js";
import type { IsolationLevel } from "../types.js";
import { classify } from "./classify.js";

interface Facts {
  readonly isolation: IsolationLevel;
  /** Functions of the server itself that only compute, by the volatility the catalogue gives them. */
  readonly computing: ReadonlySet<string>;
  /** Views and the user's own functions: naming one is enough, because `row.name` is a call too. */
  readonly suspects: ReadonlySet<string>;
  /** Operators, casts or row-level policies of the user's, any of which may call a function anywhere. */
  readonly hidden: boolean;
  /** Functions of the user's that handle errors. */
  readonly handlers: boolean;
}

/**
 * Volatile in the catalogue because their result changes, and nothing else: they neither write nor lock.
 * https://www.postgresql.org/docs/current/functions-datetime.html, .../functions-uuid.html, .../functions-math.html
 */
const harmless = ["random", "random_normal", "clock_timestamp", "timeofday", "gen_random_uuid", "uuidv4", "uuidv7", "version"];

/** https://www.postgresql.org/docs/current/catalog-pg-proc.html: objects below 16384 are the server's own. */
const catalogueQuery = `select
  (select array_agg(proname) from (select proname::text from pg_proc group by proname
    having bool_and(provolatile <> 'v' and pronamespace = 'pg_catalog'::regnamespace)) as computing) as computing,
  (select coalesce(array_agg(name), '{}') from (
    select relname::text from pg_class where relkind in ('v', 'f') and oid >= 16384
    union select proname::text from pg_proc where oid >= 16384) as suspects(name)) as suspects,
  (exists (select from pg_operator where oid >= 16384) or exists (select from pg_cast where oid >= 16384)
    or exists (select from pg_policy)) as hidden,
  exists (select from pg_proc join pg_language on pg_language.oid = prolang where pg_proc.oid >= 16384
    and lanname not in ('internal', 'c', 'sql') and (lanname <> 'plpgsql' or prosrc ~* '\\mexception\\s+when\\M')) as handlers,
  current_setting('default_transaction_isolation') as isolation`;

interface CatalogueRow {
  readonly computing: string[];
  readonly suspects: string[];
  readonly hidden: boolean;
  readonly handlers: boolean;
  readonly isolation: string;
}

/** Which autocommit statements need two scheduling points. */
export class Purity {
  readonly isolation: IsolationLevel;
  readonly #facts: Facts;

  constructor(facts: Facts) {
    this.#facts = facts;
    this.isolation = facts.isolation;
  }

  /** `isolation` is what the workers' sessions have, if it is not the database's default. */
  static async read(control: ControlConnection, isolation?: IsolationLevel): Promise<Purity> {
    const { rows } = await control.query<CatalogueRow>(catalogueQuery);
    const [row] = rows;
    if (row === undefined) throw new Error("The catalogue gave no row.");
    const inForce = isolation ?? (row.isolation === "read uncommitted" ? "read committed" : (row.isolation as IsolationLevel));
    return new Purity({
      isolation: inForce,
      computing: new Set([...row.computing, ...harmless]),
      suspects: new Set(row.suspects),
      hidden: row.hidden,
      handlers: row.handlers,
    });
  }

  /**
   * Whether an autocommit statement has a commit that others can see or wait for. A plain query has none. At SERIALIZABLE even a
   * query's transaction takes part in the conflicts that decide who fails.
   */
  needsBracket(sql: string): boolean {
    const { kind, calls, names } = classify(sql);
    if (kind === "write") return true;
    if (kind !== "query") return false;
    const { isolation, hidden, computing, suspects } = this.#facts;
    return isolation === "serializable" || hidden || calls.some((call) => !computing.has(call)) || names.some((name) => suspects.has(name));
  }

  /** Whether code on the server may handle the statement's error: no error passes through a function that does not handle it. */
  mayCatch(sql: string): boolean {
    return this.#facts.handlers || /exception\s+when/i.test(sql);
  }

  /** Whether a bracket around an autocommit statement that needs none changes nothing. */
  mayBracket(sql: string): boolean {
    return classify(sql).kind === "query";
  }
}
