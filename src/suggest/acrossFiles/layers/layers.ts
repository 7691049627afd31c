import type { ConditionalWrite, WriteRequest } from "../conditionalWrite.js";
import * as drizzle from "./drizzle.js";
import * as pg from "./pg.js";
import * as prisma from "./prisma.js";
import * as typeorm from "./typeorm.js";

/** By the name of the data layer's model: how its statements are made conditional. */
export const layers: Readonly<Record<string, (request: WriteRequest) => ConditionalWrite>> = {
  drizzle: drizzle.conditionalWrite,
  pg: pg.conditionalWrite,
  prisma: prisma.conditionalWrite,
  typeorm: typeorm.conditionalWrite,
};
