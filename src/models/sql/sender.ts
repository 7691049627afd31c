/** Collects what a statement does, in the order in which the database does it. */
import type { Value } from "../../ir/value.js";
import { access, furtherAccess, opaqueResult, type AccessParts } from "../access.js";
import type { Handle } from "../../ir/value.js";
import type { AccessSpec, CallContext } from "../model.js";
import type { Table } from "./scope.js";

/** What a statement returns. */
export interface Outcome {
  readonly rows: Value;
  /** The number of rows that it changed, or read. */
  readonly count: Value;
}

export class Sender {
  readonly accesses: AccessSpec[] = [];
  /** What the data-changing queries of `WITH` return, by name. */
  readonly changed = new Map<string, Outcome>();

  constructor(
    private readonly handle: Handle,
    private readonly method: string,
    readonly context: CallContext,
  ) {}

  access(table: Pick<Table, "entity"> | undefined, parts: AccessParts): AccessSpec {
    const index = this.accesses.length;
    const id = index === 0 ? this.context.access : furtherAccess(this.context, index);
    const made = { ...access(this.handle, this.method, this.context, parts), id, entity: table?.entity };
    this.accesses.push(made);
    return made;
  }

  /** Rows of which only the statement is known. */
  unread(): Outcome {
    const result = opaqueResult(this.method, this.context);
    const member = (name: string) => this.context.values.make({ kind: "member", base: result, name });
    return { rows: member("rows"), count: member("rowCount") };
  }
}
