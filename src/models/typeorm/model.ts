/**
 * TypeORM 0.3 and 1.x. A transaction protects nothing by itself and `@VersionColumn` is never compared in a statement (facts S1), so no
 * access is optimistic. Reference: https://typeorm.io/docs and the declarations of typeorm 0.3.31 and 1.1.1.
 */
import type { Handle } from "../../ir/value.js";
import { plain } from "../access.js";
import { isOverridden } from "../connection.js";
import type { CallContext, Meaning, Model } from "../model.js";
import { builderEnds, builderSteps, callBuilder } from "./builder.js";
import { callFunction, connectionMethods } from "./connections.js";
import { typeormEditing } from "./editing.js";
import { handleOf, modelName, propertyOf, type HandleType } from "./handles.js";
import { interpret, managerSite, siteOf } from "./interpret.js";
import { entityMethods, repositoryMethods, treeMethods, type MethodRow } from "./methods.js";
import { operatorNames, operatorValue } from "./operators.js";
import { entityNamed, typeormSchema } from "./schema.js";
import { entityOfTable } from "./tables.js";

const methods: ReadonlySet<string> = new Set([
  ...Object.values(connectionMethods).flatMap((rows) => Object.keys(rows)),
  ...Object.keys(repositoryMethods),
  ...Object.keys(treeMethods),
  ...Object.keys(entityMethods),
  ...builderSteps,
  ...builderEnds,
]);

export const typeorm: Model = {
  name: modelName,
  packages: ["typeorm", "@nestjs/typeorm"],
  methods,
  handle: handleOf,
  property: propertyOf,
  call,
  callExport,
  schema: typeormSchema,
  // `PessimisticLockTransactionRequiredError`, from the query builder that all reads go through (facts S5).
  refusesLockOutsideTransaction: true,
  entityNamed,
  entityOfTable,
  editing: typeormEditing,
};

function call(handle: Handle, method: string, context: CallContext): Meaning | undefined {
  if (!methods.has(method) || isOverridden(handle, method, context.facts)) return undefined;
  const type = handle.type as HandleType;
  if (type === "builder") return callBuilder(handle, method, context);
  const connectionMethod = rowNamed(connectionMethods[type], method);
  if (connectionMethod !== undefined) return connectionMethod(handle, method, context);
  return callTabled(type, handle, method, context);
}

function callTabled(type: HandleType, handle: Handle, method: string, context: CallContext): Meaning | undefined {
  switch (type) {
    case "manager": {
      const row = rowNamed(repositoryMethods, method);
      return row && interpret(row, managerSite(row, handle, method, context));
    }
    case "repository": {
      const row: MethodRow | undefined = rowNamed(repositoryMethods, method) ?? rowNamed(treeMethods, method);
      return row && interpret(row, siteOf(handle, method, context));
    }
    case "entity": {
      const row = rowNamed(entityMethods, method);
      const target = handle.steps.filter((s) => s.name === "row").flatMap((s) => s.arguments);
      return row && interpret(row, siteOf({ ...handle, steps: [] }, method, context, { arguments: target }));
    }
    default:
      return undefined;
  }
}

/** Find operators are values; the other functions give handles. */
function callExport(path: readonly string[], context: CallContext): Meaning | undefined {
  const [name, ...more] = path;
  if (name === undefined || more.length > 0) return undefined;
  if (operatorNames.has(name)) return plain(operatorValue(name, context.arguments, context.values));
  return callFunction(name, context);
}

/** `Record` look-ups that do not find `constructor` and the like. */
function rowNamed<R>(rows: Readonly<Record<string, R>> | undefined, name: string): R | undefined {
  return rows !== undefined && Object.hasOwn(rows, name) ? rows[name] : undefined;
}
