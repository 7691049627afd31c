/** The data layers that are known. Adding one adds a line here. */
import { drizzle } from "./drizzle/model.js";
import type { Model } from "./model.js";
import { pg } from "./pg/model.js";
import { prisma } from "./prisma/model.js";
import { typeorm } from "./typeorm/model.js";

export const models: readonly Model[] = [typeorm, prisma, drizzle, pg];

export function modelByName(name: string): Model | undefined {
  return models.find((m) => m.name === name);
}

/** Packages whose import makes a file part of a data layer. */
export const dataLayerPackages: ReadonlySet<string> = new Set(models.flatMap((m) => m.packages));

/** Method names that have a meaning on some handle. */
export const modelledMethods: ReadonlySet<string> = new Set(models.flatMap((m) => [...m.methods]));
