/** What survived every gate, as the issue a rule reports. */
import type { Value } from "../ir/value.js";
import type { ConsequenceContext } from "./consequence.js";
import type { Consequence, Issue, IssueKind, Place } from "./issue.js";
import type { Pair } from "./pair.js";
import { repairOf } from "./repair.js";
import { excludes, isBegun, isTransaction, sameScope } from "./rowLock.js";
import type { AccessEvent, Site } from "./summary.js";
import { surroundingsOf } from "./surroundings.js";

/** What an issue is made of. */
export interface IssueParts extends Pick<Issue, "kind" | "columns" | "check" | "consequence"> {
  readonly read: AccessEvent;
  readonly write: AccessEvent;
  /** The call that is reported. */
  readonly anchor: Site | undefined;
  readonly checkedInFilter?: boolean;
  readonly falseProtection?: Issue["falseProtection"];
  readonly repair?: Issue["repair"];
  readonly surroundings?: Issue["surroundings"];
}

export function makeIssue(pair: Pair, consequence: Consequence, context: ConsequenceContext): readonly Issue[] {
  const parts = partsOf(pair, "racy-transition", context);
  return issueOf({ ...parts, consequence, checkedInFilter: pair.byFilter, repair: repairOf(pair, context) }, context);
}

/** What the issue of a pair has, whatever its kind. */
export function partsOf(pair: Pair, kind: IssueKind, context: ConsequenceContext): Omit<IssueParts, "consequence"> {
  const { read, write, columns, level } = pair;
  return {
    kind,
    read,
    write,
    columns,
    anchor: write.path[level],
    check: checkPlace(pair, context),
    falseProtection: falseProtection(pair),
    surroundings: surroundingsOf(pair, context),
  };
}

/** No issue if the entity is not known: nobody could act on it. */
export function issueOf(parts: IssueParts, context: ConsequenceContext): readonly Issue[] {
  const { read, write, anchor } = parts;
  const entity = entityName(write.access.entity) ?? entityName(read.access.entity);
  if (anchor === undefined || entity === undefined) return [];
  const place = (site: Site | undefined): Place => context.place((site ?? anchor).name);
  const above = [...(read === write ? [] : read.path.slice(0, -1)), ...write.path.slice(0, -1)];
  return [
    {
      kind: parts.kind,
      layer: layerOf(write.access.entity, context),
      entity,
      columns: parts.columns,
      anchor: place(anchor),
      read: place(read.path.at(-1)),
      check: parts.check,
      write: place(write.path.at(-1)),
      otherChecks: [],
      otherWrites: [],
      furtherWrites: [],
      readMethod: read.access.method,
      writeMethod: write.access.method,
      checkedInFilter: parts.checkedInFilter ?? false,
      consequence: parts.consequence,
      falseProtection: parts.falseProtection,
      trace: above.map((s) => context.place(s.name)),
      repair: parts.repair,
      surroundings: parts.surroundings,
    },
  ];
}

/** A check by the read's own filter stands where the filter names the column. */
function checkPlace({ byFilter, columns, read, check }: Pair, context: ConsequenceContext): Place {
  const [column] = columns;
  return (byFilter && column !== undefined ? columnPlace(read, column, context) : undefined) ?? context.place(check.at);
}

/** Where the arguments of an access name the column. */
export function columnPlace({ path }: AccessEvent, column: string, { environment }: ConsequenceContext): Place | undefined {
  const call = path.at(-1)?.call;
  const loc = call === undefined ? undefined : environment.facts.propertyOf(call, column);
  return loc === undefined || call === undefined ? undefined : { file: call.file, loc };
}

function entityName(entity: Value | undefined): string | undefined {
  return entity?.kind === "class" ? entity.name : undefined;
}

function layerOf(entity: Value | undefined, { environment }: ConsequenceContext): string {
  const model = environment.models.find((m) => entity?.kind === "class" && m.schema(entity.id, environment.facts) !== undefined);
  return model?.name ?? environment.models[0]?.name ?? "";
}

/** What the author may have taken for protection. */
function falseProtection(pair: Pair): Issue["falseProtection"] {
  const { read, write } = pair;
  const locks = pair.unit.events.filter((e) => e.kind === "access" && excludes(e.access.lock) && e.access.entity === write.access.entity);
  const isInAnother = read.scopes.some((s) => s.kind === "ambient transaction");
  if (locks.includes(read)) return isInAnother || isTransaction(read.access.connection, pair) ? "other handle" : "lock outside transaction";
  if (locks.some((e) => pair.unit.order(e.id) > pair.unit.order(read.id))) return "late lock";
  if (isUnderProcessLock(pair)) return "process lock";
  return isBegun(write.access.connection, pair) ? "transaction" : undefined;
}

function isUnderProcessLock({ read, write, unit }: Pair): boolean {
  const held = read.scopes.filter((s) => write.scopes.some((t) => sameScope(s, t)));
  return [...held, ...unit.events.slice(0, unit.order(read.id))].some((l) => l.kind === "lock" && l.reach === "process");
}
