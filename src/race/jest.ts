import { expect } from "@jest/globals";
import { matchers, type RaceMatchers } from "./matchers/matchers.js";

/* eslint-disable @typescript-eslint/no-empty-object-type, @typescript-eslint/no-unused-vars -- names, bounds and defaults of the
   parameters are Jest's: declarations of one interface must agree in them. */
declare module "expect" {
  // For `import { expect } from "@jest/globals"`.
  interface Matchers<R extends void | Promise<void>, T = unknown> extends RaceMatchers<R> {}
}

declare global {
  // For the global `expect` of @types/jest.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    interface Matchers<R, T = {}> extends RaceMatchers<R> {}
  }
}

expect.extend(matchers);
