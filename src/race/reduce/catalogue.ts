import type { ControlConnection } from "../database/control.js";

/** What a name stands for in statements. Tables of one name in several schemas are one: `search_path` may choose any of them. */
export interface Relation {
  readonly name: string;
  /** An ordinary table: no view, partition, parent or child of inheritance, sequence or foreign table. */
  readonly plain: boolean;
  /** Its columns have types of the server's own, or enumerations; writing it fires no trigger and no rule. */
  readonly quiet: boolean;
  /** What writing a row evaluates: defaults, checks, expressions and conditions of indexes. */
  readonly expressions: readonly string[];
}

export interface ForeignKey {
  readonly child: string;
  readonly parent: string;
  /** The parent's columns that it refers to. */
  readonly columns: readonly string[];
}

/** The facts that footprints need, read once: plain data, equal as JSON for equal schemas. */
export interface Catalogue {
  readonly relations: readonly Relation[];
  readonly foreignKeys: readonly ForeignKey[];
  /** The server's own functions that compute from their arguments alone. */
  readonly immutable: readonly string[];
  /** Names of the user's functions and types; `row.name` is a call too, and a cast may run a check. */
  readonly suspects: readonly string[];
  /** Operators, casts or row-level policies of the user's, any of which may call a function anywhere. */
  readonly hidden: boolean;
}

/**
 * Objects below 16384 are the server's own. A default that takes the next value of a sequence which no other table's default uses is left out: whoever
 * else takes one is ordered by the write of that table, or names the sequence in a statement.
 */
const relationsQuery = `select c.relname::text as name,
    c.relkind = 'r' and not c.relispartition and not c.relhassubclass
      and not exists (select from pg_inherits where inhrelid = c.oid) as plain,
    not exists (select from pg_trigger where tgrelid = c.oid and not tgisinternal)
      and not exists (select from pg_rewrite where ev_class = c.oid)
      and not exists (select from pg_attribute join pg_type t on t.oid = atttypid left join pg_type e on e.oid = t.typelem
        where attrelid = c.oid and attnum > 0 and not attisdropped and t.oid >= 16384
        and t.typtype <> 'e' and (e.typtype is distinct from 'e')) as quiet,
    array(select text from (
      select pg_get_expr(adbin, adrelid) from pg_attrdef d where adrelid = c.oid and not (
        pg_get_expr(adbin, adrelid) ~ '^nextval\\(''[^'']+''::regclass\\)$' and not exists (
          select from pg_depend mine join pg_depend theirs on theirs.refobjid = mine.refobjid and theirs.classid = mine.classid
          join pg_attrdef other on other.oid = theirs.objid
          where mine.classid = 'pg_attrdef'::regclass and mine.objid = d.oid and mine.refclassid = 'pg_class'::regclass
          and mine.refobjid <> c.oid and other.adrelid <> c.oid))
      union all select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = c.oid and contype = 'c'
      union all select pg_get_expr(indexprs, indrelid) from pg_index where indrelid = c.oid and indexprs is not null
      union all select pg_get_expr(indpred, indrelid) from pg_index where indrelid = c.oid and indpred is not null
    ) as evaluated(text) order by text) as expressions
  from pg_class c where c.oid >= 16384 and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') order by c.relname, c.relnamespace::regnamespace::text`;

const foreignKeysQuery = `select child.relname::text as child, parent.relname::text as parent,
    array(select attname::text from pg_attribute where attrelid = confrelid and attnum = any(confkey) order by attname) as columns
  from pg_constraint join pg_class child on child.oid = conrelid join pg_class parent on parent.oid = confrelid
  where contype = 'f' order by child.relname, parent.relname, columns`;

const namesQuery = `select
  array(select proname::text from pg_proc where pronamespace = 'pg_catalog'::regnamespace
    group by proname having bool_and(provolatile = 'i' and prokind <> 'p') order by proname) as immutable,
  array(select proname::text from pg_proc where oid >= 16384
    union select typname::text from pg_type left join pg_class c on c.oid = typrelid
      where pg_type.oid >= 16384 and typtype <> 'e' and typcategory <> 'A' and c.relkind is distinct from 'r' order by 1) as suspects,
  exists (select from pg_operator where oid >= 16384) or exists (select from pg_cast where oid >= 16384)
    or exists (select from pg_policy) as hidden`;

interface Names {
  readonly immutable: string[];
  readonly suspects: string[];
  readonly hidden: boolean;
}

export async function readCatalogue(control: ControlConnection): Promise<Catalogue> {
  const { rows: relations } = await control.query<Relation>(relationsQuery);
  const { rows: foreignKeys } = await control.query<ForeignKey>(foreignKeysQuery);
  const { rows } = await control.query<Names>(namesQuery);
  const [names] = rows;
  if (names === undefined) throw new Error("The catalogue gave no row.");
  return { relations, foreignKeys, ...names };
}
