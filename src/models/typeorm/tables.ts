/** The tables of entities (https://typeorm.io/docs/entity/entities). */
import type { EntityId } from "../../ir/value.js";
import type { ClassInfo, ProgramFacts } from "../../program/facts.js";
import { decorator, literalText, optionsOf } from "./schema.js";

const tables = new WeakMap<ProgramFacts, ReadonlyMap<string, readonly EntityId[]>>();

/** The entity with this table: the name that `@Entity` gives, or the default one (https://typeorm.io/docs/entity/entities). */
export function entityOfTable(table: string, facts: ProgramFacts): EntityId | undefined {
  const known = tables.get(facts) ?? tableMap(facts);
  tables.set(facts, known);
  const [id, ...others] = known.get(table) ?? [];
  return others.length === 0 ? id : undefined;
}

function tableMap(facts: ProgramFacts): ReadonlyMap<string, readonly EntityId[]> {
  const map = new Map<string, readonly EntityId[]>();
  for (const id of facts.decorated("typeorm", "Entity")) {
    const info = facts.classInfo(id);
    if (info === undefined) continue;
    const name = tableName(info);
    map.set(name, [...(map.get(name) ?? []), id]);
  }
  return map;
}

/** `@Entity("jobs")`, `@Entity({ name: "jobs" })`; otherwise the class's name in snake case. */
function tableName({ name, decorators }: ClassInfo): string {
  const use = decorator(decorators, "Entity");
  const given = use?.arguments.map((a) => literalText(a)).find((t) => t !== undefined) ?? (use && literalText(optionsOf(use)["name"]));
  return given ?? snakeCase(name);
}

/** TypeORM's `snakeCase` (`src/util/StringUtils.ts`). */
function snakeCase(name: string): string {
  const isUpper = (c: string | undefined) => c !== undefined && c !== c.toLowerCase();
  const letters = Array.from(name);
  const words = letters.map((c, i) => (i > 0 && isUpper(c) && (!isUpper(letters[i - 1]) || isLower(letters[i + 1])) ? `_${c}` : c));
  return words.join("").toLowerCase();
}

function isLower(character: string | undefined): boolean {
  return character !== undefined && character !== character.toUpperCase();
}
