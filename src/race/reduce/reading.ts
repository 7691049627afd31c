import { use } from "./footprint.js";
import type { Schema, Write } from "./schema.js";
import { isTree, namesIn, targetsIn, textOf, type Tree } from "./syntax.js";
import { notUnderstood, systemColumns, understood } from "./understood.js";

/** One walk over a statement's syntax tree, which stops at the first thing that it does not understand. */
export class Reading {
  readonly uses = new Map<string, number>();
  understood = true;
  readonly #schema: Schema;
  readonly #ranges = new Set<string>();
  readonly #withs = new Set<string>();

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  read(statement: Tree): void {
    this.#walk(statement);
    for (const range of this.#ranges) {
      if (this.#schema.isTable(range)) this.uses.set(range, (this.uses.get(range) ?? 0) | use.read);
      else if (!this.#withs.has(range)) this.understood = false;
    }
  }

  #walk(value: unknown): void {
    if (!this.understood) return;
    if (Array.isArray(value)) for (const item of value) this.#walk(item);
    else if (isTree(value)) for (const [key, inner] of Object.entries(value)) this.#entry(key, inner);
  }

  #entry(key: string, inner: unknown): void {
    if (notUnderstood.has(key)) this.understood = false;
    else if (key === "typeName") this.#names(isTree(inner) ? inner["names"] : undefined);
    else if (!/^[A-Z]/.test(key)) this.#walk(inner);
    else if (understood.has(key) && isTree(inner)) this.#node(key, inner);
    else this.understood = false;
  }

  #node(type: string, node: Tree): void {
    switch (type) {
      case "RangeVar":
        this.#ranges.add(textOf(node["relname"]));
        return;
      case "CommonTableExpr":
        this.#withs.add(textOf(node["ctename"]));
        break;
      case "FuncCall":
        this.#call(namesIn(node["funcname"]));
        break;
      case "ColumnRef":
        this.#names(node["fields"]);
        return;
      case "A_Indirection":
        this.#names(node["indirection"]);
        break;
      case "InsertStmt":
      case "UpdateStmt":
      case "DeleteStmt":
        this.#writes(type, node);
        break;
      default:
    }
    this.#walk(node);
  }

  #call(name: readonly string[]): void {
    const [last = ""] = name.slice(-1);
    const ofServer = name.length === 1 || name[0] === "pg_catalog";
    if (!ofServer || !this.#schema.computes(last)) this.understood = false;
  }

  #names(list: unknown): void {
    if (namesIn(list).some((name) => systemColumns.has(name) || this.#schema.isSuspect(name))) this.understood = false;
  }

  #writes(type: "InsertStmt" | "UpdateStmt" | "DeleteStmt", node: Tree): void {
    const relation = isTree(node["relation"]) ? textOf(node["relation"]["relname"]) : "";
    for (const write of writesOf(type, node)) if (!this.#schema.addWrite(relation, write, this.uses)) this.understood = false;
  }
}

function writesOf(type: "InsertStmt" | "UpdateStmt" | "DeleteStmt", node: Tree): readonly Write[] {
  if (type === "DeleteStmt") return [{ kind: "delete" }];
  if (type === "UpdateStmt") return [{ kind: "update", columns: targetsIn(node["targetList"]) }];
  const conflict = node["onConflictClause"];
  const columns = isTree(conflict) ? targetsIn(conflict["targetList"]) : [];
  return columns.length > 0 ? [{ kind: "insert" }, { kind: "update", columns }] : [{ kind: "insert" }];
}
