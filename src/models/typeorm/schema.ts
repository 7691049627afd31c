/** Reads an entity's table from its decorators (https://typeorm.io/docs/entity/entities). */
import type { EntityId } from "../../ir/value.js";
import type { ClassInfo, ClassMember, DecoratorArgument, DecoratorUse, ProgramFacts, TypeRef } from "../../program/facts.js";
import type { ColumnInfo, EntitySchema, RelationInfo } from "../model.js";
import { columnTypeAnnotated, columnTypeNamed, isNullableAnnotation, roundTrips } from "./column-types.js";

type Properties = Readonly<Record<string, DecoratorArgument>>;

/** What a column decorator says without being asked. */
const columnDecorators: Readonly<
  Record<string, { readonly type?: ColumnInfo["type"]; readonly nullable?: boolean; readonly key?: boolean }>
> = {
  Column: {},
  ViewColumn: {},
  VirtualColumn: {},
  RelationId: {},
  PrimaryColumn: { key: true },
  PrimaryGeneratedColumn: { key: true },
  CreateDateColumn: { type: "date" },
  UpdateDateColumn: { type: "date" },
  DeleteDateColumn: { type: "date", nullable: true },
  VersionColumn: { type: "number" },
};

const relationDecorators: Readonly<Record<string, { readonly many: boolean }>> = {
  ManyToOne: { many: false },
  OneToOne: { many: false },
  OneToMany: { many: true },
  ManyToMany: { many: true },
};

interface Draft {
  readonly columns: Map<string, ColumnInfo>;
  /** Database column name to property name. */
  readonly names: Map<string, string>;
  readonly primaryKey: string[];
  readonly uniques: (readonly string[])[];
  readonly partialUniques: (readonly string[])[];
  readonly relations: Map<string, RelationInfo>;
}

const memo = new WeakMap<ProgramFacts, Map<EntityId, EntitySchema | undefined>>();

/** `undefined` when the class is not in the program or has no column. */
export function typeormSchema(entity: EntityId, facts: ProgramFacts): EntitySchema | undefined {
  const known = memo.get(facts) ?? new Map<EntityId, EntitySchema | undefined>();
  memo.set(facts, known);
  if (!known.has(entity)) known.set(entity, readSchema(entity, facts));
  return known.get(entity);
}

/** Decorators of classes whose rows have a table or view. */
const entityDecorators = ["Entity", "ChildEntity", "ViewEntity"];

export function entityNamed(name: string, facts: ProgramFacts): EntityId | undefined {
  const [id, ...others] = entityDecorators.flatMap((d) => facts.decorated("typeorm", d)).filter((c) => facts.classInfo(c)?.name === name);
  return others.length === 0 ? id : undefined;
}

function readSchema(entity: EntityId, facts: ProgramFacts): EntitySchema | undefined {
  const classes = lineage(entity, facts);
  const [own] = classes;
  const draft: Draft = { columns: new Map(), names: new Map(), primaryKey: [], uniques: [], partialUniques: [], relations: new Map() };
  for (const info of [...classes].reverse()) readColumns(info, "", draft, facts);
  if (own === undefined || draft.columns.size === 0) return undefined;
  for (const info of classes) readRelations(info, draft);
  for (const info of classes) readClassUniques(info, draft);
  const { columns, primaryKey, uniques, partialUniques, relations } = draft;
  const schema = { id: entity, name: own.name, columns, primaryKey, uniques, partialUniques, relations, columnNames: draft.names };
  return classes.some(listens) ? { ...schema, hasListeners: true } : schema;
}

/** https://typeorm.io/docs/advanced-topics/listeners-and-subscribers: `update` does not call them. */
const listeners: ReadonlySet<string> = new Set(["BeforeUpdate", "AfterUpdate"]);

function listens({ members }: ClassInfo): boolean {
  return members.some((m) => m.decorators.some((d) => d.package === "typeorm" && listeners.has(d.name)));
}

/** The class and its superclasses, nearest first. */
function lineage(id: EntityId, facts: ProgramFacts): readonly ClassInfo[] {
  const classes: ClassInfo[] = [];
  let info = facts.classInfo(id);
  while (info !== undefined && !classes.includes(info) && classes.length < 8) {
    classes.push(info);
    info = info.extends?.kind === "class" ? facts.classInfo(info.extends.id) : undefined;
  }
  return classes;
}

/** The property with the delete date, by which soft deletion marks a row; `deletedAt` where the entity is not known. */
export function deleteDateColumn(entity: EntityId | undefined, facts: ProgramFacts): string {
  const members = entity === undefined ? [] : lineage(entity, facts).flatMap((c) => c.members);
  return members.find((m) => decorator(m.decorators, "DeleteDateColumn") !== undefined)?.name ?? "deletedAt";
}

function readColumns(info: ClassInfo, prefix: string, draft: Draft, facts: ProgramFacts): void {
  for (const member of info.members) {
    const use = member.decorators.find((d) => d.package === "typeorm" && Object.hasOwn(columnDecorators, d.name));
    if (use !== undefined) readColumn(member, use, prefix, draft, facts);
  }
}

function readColumn(member: ClassMember, use: DecoratorUse, prefix: string, draft: Draft, facts: ProgramFacts): void {
  const name = prefix + member.name;
  const embedded = use.arguments.find((a) => a.kind === "class");
  const embeddedInfo = embedded?.type.kind === "class" ? facts.classInfo(embedded.type.id) : undefined;
  if (embeddedInfo?.members.some((m) => m.decorators.some((d) => d.package === "typeorm")) === true) {
    if (prefix.split(".").length < 4) readColumns(embeddedInfo, `${name}.`, draft, facts);
    return;
  }
  const options = optionsOf(use);
  draft.columns.set(name, columnInfo(name, member, use, options));
  const databaseName = literalText(options["name"]);
  if (databaseName !== undefined) draft.names.set(databaseName, name);
  const isKey = columnDecorators[use.name]?.key === true || truth(options["primary"]);
  if (isKey && !draft.primaryKey.includes(name)) draft.primaryKey.push(name);
  if (truth(options["unique"]) || isUniqueMember(member)) draft.uniques.push([name]);
  else if (member.decorators.some(isPartialIndex)) draft.partialUniques.push([name]);
}

function columnInfo(name: string, member: ClassMember, use: DecoratorUse, options: Properties): ColumnInfo {
  const info = definedColumn(name, member, use, options);
  const named = literalText(options["type"]) ?? literalText(use.arguments[0]);
  return options["transformer"] === undefined && roundTrips(info.type, named) ? { ...info, roundTrips: true } : info;
}

function definedColumn(name: string, member: ClassMember, use: DecoratorUse, options: Properties): ColumnInfo {
  const fixed = columnDecorators[use.name] ?? {};
  const nullable =
    truth(options["nullable"]) ||
    (fixed.nullable ?? (use.name === "Column" && isNullableAnnotation(member.type) && options["nullable"] === undefined));
  if (truth(options["array"])) return { name, type: "list", nullable };
  const named = literalText(options["type"]) ?? literalText(use.arguments[0]);
  if (fixed.type !== undefined) return { name, type: fixed.type, nullable };
  if (use.name === "PrimaryGeneratedColumn") return { name, type: named === "uuid" ? "string" : "number", nullable };
  if (named !== undefined) return { name, type: columnTypeNamed(named), nullable };
  if (options["enum"] !== undefined) return { name, type: "enum", nullable };
  return { name, type: columnTypeAnnotated(member.type), nullable };
}

function isUniqueMember(member: ClassMember): boolean {
  if (decorator(member.decorators, "Unique") !== undefined) return true;
  return member.decorators.some(isUniqueIndex);
}

/** A partial index (`where`) forbids duplicates only among some rows. */
function isUniqueIndex(use: DecoratorUse): boolean {
  return isIndex(use) && optionsOf(use)["where"] === undefined;
}

function isPartialIndex(use: DecoratorUse): boolean {
  return isIndex(use) && optionsOf(use)["where"] !== undefined;
}

function isIndex(use: DecoratorUse): boolean {
  return use.package === "typeorm" && use.name === "Index" && truth(optionsOf(use)["unique"]);
}

function readClassUniques(info: ClassInfo, draft: Draft): void {
  for (const use of info.decorators) {
    const isPartial = isPartialIndex(use);
    if (!isPartial && !isUniqueIndex(use) && !(use.package === "typeorm" && use.name === "Unique")) continue;
    const columns = use.arguments.find((a) => a.kind === "list")?.elements.map(literalText);
    if (!columns?.every((c) => c !== undefined)) continue;
    (isPartial ? draft.partialUniques : draft.uniques).push(columns.flatMap((c) => keysOf(c, draft)));
  }
}

/** A unique constraint may name a relation for its foreign key. */
function keysOf(name: string, draft: Draft): readonly string[] {
  const foreignKey = draft.relations.get(name)?.foreignKey ?? [];
  return foreignKey.length > 0 ? foreignKey : [name];
}

function readRelations(info: ClassInfo, draft: Draft): void {
  for (const member of info.members) {
    const use = member.decorators.find((d) => d.package === "typeorm" && Object.hasOwn(relationDecorators, d.name));
    const entity = use === undefined ? undefined : relatedEntity(use.arguments[0]);
    if (use === undefined || entity === undefined || draft.relations.has(member.name)) continue;
    const many = relationDecorators[use.name]?.many ?? false;
    const join = decorator(member.decorators, "JoinColumn");
    const owns = use.name === "ManyToOne" || (use.name === "OneToOne" && join !== undefined);
    const foreignKey = owns ? foreignKeyOf(member.name, join, draft) : [];
    const eager = truth(optionsOf(use)["eager"]);
    draft.relations.set(member.name, { entity, foreignKey, many, ...(eager && { eager }) });
    if (use.name === "OneToOne" && foreignKey.length > 0) draft.uniques.push(foreignKey);
  }
}

/** The column that holds the foreign key: the one named by `@JoinColumn`, or `<relation>Id`, if it is a property too. */
function foreignKeyOf(relation: string, join: DecoratorUse | undefined, draft: Draft): readonly string[] {
  const named = join === undefined ? undefined : literalText(optionsOf(join)["name"]);
  const candidates = [named === undefined ? undefined : (draft.names.get(named) ?? camelCase(named)), `${relation}Id`];
  const found = candidates.find((c) => c !== undefined && draft.columns.has(c));
  return found === undefined ? [] : [found];
}

/** `owner_id` as the property it usually is. */
export function camelCase(name: string): string {
  const [first = "", ...rest] = name.split("_");
  return first + rest.map((w) => w.charAt(0).toUpperCase() + w.slice(1)).join("");
}

function relatedEntity(target: DecoratorArgument | undefined): EntityId | undefined {
  return target?.kind === "class" ? entityIdOf(target.type) : undefined;
}

function entityIdOf(type: TypeRef): EntityId | undefined {
  if (type.kind === "class") return type.id;
  return type.kind === "external" ? `${type.package}#${type.name}` : undefined;
}

export function decorator(uses: readonly DecoratorUse[], name: string): DecoratorUse | undefined {
  return uses.find((d) => d.package === "typeorm" && d.name === name);
}

export function optionsOf(use: DecoratorUse): Properties {
  return use.arguments.find((a) => a.kind === "object")?.properties ?? {};
}

function truth(argument: DecoratorArgument | undefined): boolean {
  return argument?.kind === "literal" && argument.value === true;
}

export function literalText(argument: DecoratorArgument | undefined): string | undefined {
  return argument?.kind === "literal" && typeof argument.value === "string" ? argument.value : undefined;
}
