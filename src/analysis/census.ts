/** Who else writes a column: every write of an entity's column in the program, with what it sets. Computed on demand, file by file. */
import type { NodeRef } from "../ir/ir.js";
import type { Value } from "../ir/value.js";
import { functionsOf } from "./functionsOf.js";
import type { Environment } from "./environment.js";
import { unitsOf, type Unit } from "./unit.js";
import type { AccessEvent } from "./summary.js";

export interface ColumnWrite {
  /** The flow of the function that writes. */
  readonly unit: Unit;
  readonly access: AccessEvent;
  /** The call that writes. */
  readonly at: NodeRef;
  readonly value: Value;
}

interface Write {
  readonly unit: Unit;
  readonly access: AccessEvent;
}

export class Census {
  readonly #writes = new Map<string, readonly Write[]>();
  readonly #answers = new Map<Value, Map<string, readonly ColumnWrite[]>>();

  constructor(private readonly environment: Environment) {}

  /** Writes of `entity.column`, in the order of the files. Opaque patches are no evidence. */
  writes(entity: Value, column: string): readonly ColumnWrite[] {
    const columns = this.#answers.get(entity) ?? new Map<string, readonly ColumnWrite[]>();
    this.#answers.set(entity, columns);
    const writes = columns.get(column) ?? this.search(entity, column);
    columns.set(column, writes);
    return writes;
  }

  private search(entity: Value, column: string): readonly ColumnWrite[] {
    return this.filesNaming(column)
      .flatMap((file) => this.ownWrites(file))
      .filter(({ access }) => access.access.entity === entity)
      .flatMap((write) => writesOf(write.unit, write.access, column));
  }

  /** Entities share the names of most of their columns. */
  private filesNaming(column: string): readonly string[] {
    const { facts, settings } = this.environment;
    const files = this.#files.get(column) ?? facts.files.filter((file) => !settings.ignored(file) && facts.mentions(file, column));
    this.#files.set(column, files);
    return files;
  }
  readonly #files = new Map<string, readonly string[]>();

  /** Writes made by functions of the file themselves, not by what they call. */
  private ownWrites(file: string): readonly Write[] {
    const known = this.#writes.get(file);
    if (known !== undefined) return known;
    this.#writes.set(file, []);
    const writes = functionsOf(this.environment, file)
      .flatMap((id) => {
        const evaluation = this.environment.evaluation(id);
        return evaluation === undefined ? [] : unitsOf(evaluation);
      })
      .flatMap((unit) =>
        unit.events.flatMap((e) =>
          e.kind === "access" && e.path.length === 1 && e.access.operation !== "read" ? [{ unit, access: e }] : [],
        ),
      );
    this.#writes.set(file, writes);
    return writes;
  }
}

/** What an access sets the column to. */
export function writesOf(unit: Unit, access: AccessEvent, column: string): readonly ColumnWrite[] {
  const at = access.path.at(-1)?.name;
  if (at === undefined) return [];
  return access.access.written.filter((w) => w.column === column).map((w) => ({ unit, access, at, value: w.value }));
}
