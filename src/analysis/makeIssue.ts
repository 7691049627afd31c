/** A pair that survived every gate, as the issue a rule reports. */
import type { Value } from "../ir/value.js";
import type { ConsequenceContext } from "./consequence.js";
import type { Consequence, Issue, Place } from "./issue.js";
import type { Pair } from "./pair.js";
import { excludes, isTransaction } from "./protection.js";
import type { Site } from "./summary.js";

/** No issue if the entity is not known: nobody could act on it. */
export function makeIssue(pair: Pair, consequence: Consequence, context: ConsequenceContext): readonly Issue[] {
  const { read, write, level } = pair;
  const anchor = write.path[level];
  const entity = entityName(write.access.entity) ?? entityName(read.access.entity);
  if (anchor === undefined || entity === undefined) return [];
  const place = (site: Site | undefined): Place => context.place((site ?? anchor).name);
  return [
    {
      kind: "racy-transition",
      layer: layerOf(pair, context),
      entity,
      columns: pair.columns,
      anchor: place(anchor),
      read: place(read.path.at(-1)),
      check: checkPlace(pair, context),
      write: place(write.path.at(-1)),
      otherWrites: [],
      readMethod: read.access.method,
      writeMethod: write.access.method,
      checkedInFilter: pair.byFilter,
      consequence,
      falseProtection: falseProtection(pair),
      trace: [...read.path.slice(0, -1), ...write.path.slice(0, -1)].map((s) => context.place(s.name)),
    },
  ];
}

/** A check by the read's own filter stands where the filter names the column. */
function checkPlace({ byFilter, columns, read, check }: Pair, context: ConsequenceContext): Place {
  const call = read.path.at(-1)?.call;
  const [column] = columns;
  const loc = byFilter && call !== undefined && column !== undefined ? context.environment.facts.propertyOf(call, column) : undefined;
  return loc === undefined || call === undefined ? context.place(check.at) : { file: call.file, loc };
}

function entityName(entity: Value | undefined): string | undefined {
  return entity?.kind === "class" ? entity.name : undefined;
}

function layerOf(pair: Pair, { environment }: ConsequenceContext): string {
  const { entity } = pair.write.access;
  return environment.models.find((m) => entity?.kind === "class" && m.schema(entity.id, environment.facts) !== undefined)?.name ?? environment.models[0]?.name ?? "";
}

/** What the author may have taken for protection. */
function falseProtection(pair: Pair): Issue["falseProtection"] {
  const { read, write } = pair;
  const locks = pair.unit.events.filter((e) => e.kind === "access" && excludes(e.access.lock) && e.access.entity === write.access.entity);
  if (locks.includes(read)) return isTransaction(read.access.connection, pair) ? "other handle" : "lock outside transaction";
  if (locks.some((e) => pair.unit.order(e.id) > pair.unit.order(read.id))) return "late lock";
  return write.access.connection.kind === "transaction" ? "transaction" : undefined;
}
