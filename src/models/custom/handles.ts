/** Which values are repositories of the settings: by the names of their classes, nearest first. */
import type { Handle, Value, ValueFactory } from "../../ir/value.js";
import type { ClassId, Origin, ProgramFacts } from "../../program/facts.js";
import { classValue } from "../connection.js";
import { entityIdOf, entityNamed } from "../entity.js";
import type { Model, ModelContext } from "../model.js";
import type { Repository } from "./repository.js";

export const modelName = "custom";

/** A class on the way from the value's own class up. */
interface Ancestor {
  readonly name: string;
  /** `undefined`: a class of the program. */
  readonly package: string | undefined;
  readonly id: ClassId | undefined;
}

/** Longest chain of classes of the program that is followed. */
const maxHeritage = 8;

const subclass = "subclass";

/** Names a repository in a handle. */
export function keyOf(repository: Repository): string {
  return `${repository.package ?? ""}#${repository.name}`;
}

export function handleOf(
  repositories: readonly Repository[],
  layers: readonly Model[],
  origin: Origin,
  receiver: Value,
  context: ModelContext,
): Handle | undefined {
  const { facts, values } = context;
  const ancestors = ancestorsOf(origin, facts);
  for (const [below, ancestor] of ancestors.entries()) {
    const repository = repositories.find((r) => r.name === ancestor.name && r.package === ancestor.package);
    if (repository === undefined) continue;
    const nearer = ancestors.slice(0, below).flatMap((a) => a.id ?? []);
    return {
      model: modelName,
      type: keyOf(repository),
      entity: entityOf(repository.entity, layers, context),
      connection: connectionIn(receiver.kind === "call" ? receiver.inputs : [], layers, context) ?? hiddenConnection(values),
      steps: nearer.map((id) => ({ name: subclass, arguments: [classValue(id, facts, values)] })),
    };
  }
  return undefined;
}

function ancestorsOf(origin: Origin, facts: ProgramFacts): readonly Ancestor[] {
  const own = origin.via.map((id) => ofProgram(id, facts));
  const [name] = origin.path;
  if (!isPath(origin.package) || name === undefined)
    return [...own, { name: origin.path.join("."), package: origin.package, id: undefined }];
  const found: Ancestor[] = [...own, { name, package: undefined, id: `${origin.package}#${name}` }];
  for (let id = superclass(found.at(-1)?.id, facts); id !== undefined && found.length < maxHeritage; id = superclass(id, facts)) {
    found.push(ofProgram(id, facts));
  }
  return found;
}

function ofProgram(id: ClassId, facts: ProgramFacts): Ancestor {
  return { name: facts.classInfo(id)?.name ?? id.slice(id.lastIndexOf("#") + 1), package: undefined, id };
}

function superclass(id: ClassId | undefined, facts: ProgramFacts): ClassId | undefined {
  const type = id === undefined ? undefined : facts.classInfo(id)?.extends;
  return type?.kind === "class" ? type.id : undefined;
}

/** The origin is a file of the program, or one that it would have. */
function isPath(packageName: string): boolean {
  return packageName.startsWith("/") || /^[A-Za-z]:[\\/]/.test(packageName);
}

/** Whether a class between the value and the repository has a body for the method. */
export function isOverridden(handle: Handle, method: string, facts: ProgramFacts): boolean {
  const below = handle.steps.filter((s) => s.name === subclass).flatMap((s) => s.arguments.flatMap((a) => entityIdOf(a) ?? []));
  return below.some((id) => facts.classInfo(id)?.members.some((m) => m.name === method && m.function !== undefined) === true);
}

/** The entity that a data layer knows by this name, or else one of the settings' own. */
export function entityOf(name: string, layers: readonly Model[], { facts, values }: ModelContext): Value {
  for (const layer of layers) {
    const id = layer.entityNamed?.(name, facts);
    if (id !== undefined) return entityNamed(id, name, values);
  }
  return entityNamed(ownEntityId(name), name, values);
}

export function ownEntityId(name: string): string {
  return `${modelName}:${name}`;
}

/** The transaction that a repository is made with (`new JobStore(manager)`, `store.within(tx)`) or a method is given. */
export function connectionIn(given: readonly Value[], layers: readonly Model[], context: ModelContext): Value | undefined {
  const handles = given.map((value) => handleIn(value, layers, context));
  return handles.find((h) => h !== undefined && h.connection.kind !== "global")?.connection;
}

function handleIn(value: Value, layers: readonly Model[], context: ModelContext): Handle | undefined {
  if (value.kind === "handle") return value;
  const origin = value.at === undefined ? undefined : context.facts.origin(value.at);
  if (origin === undefined) return undefined;
  for (const layer of layers) {
    const handle = layer.handle(origin, value, context);
    if (handle !== undefined) return handle;
  }
  return undefined;
}

/**
 * Whether a repository runs in its caller's transaction cannot be seen (it may look for it in asynchronous context). Like a handle that
 * comes from outside it is taken for a transaction's, since a lock would be pointless otherwise; so it is a value from outside.
 */
function hiddenConnection(values: ValueFactory): Value {
  return values.make({ kind: "capture", variable: `${modelName}:connection` });
}
