import { expect } from "vitest";
import { matchers, type RaceMatchers } from "./matchers/matchers.js";

declare module "vitest" {
  // Both names and the default of the parameter are Vitest's: declarations of one interface must agree in them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type
  interface Assertion<T = any> extends RaceMatchers<void> {}
}

expect.extend(matchers);
