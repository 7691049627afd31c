import { expect, it } from "vitest";
import { dataLayerPackages, modelByName, modelledMethods, models } from "../../src/models/registry.js";

it("knows the models by name", () => {
  for (const model of models) expect(modelByName(model.name)).toBe(model);
  expect(modelByName("none")).toBeUndefined();
});

it("joins packages and methods", () => {
  expect([...dataLayerPackages]).toEqual(expect.arrayContaining(["typeorm", "@prisma/client"]));
  expect([...modelledMethods]).toEqual(expect.arrayContaining(["findOneBy", "getMany", "updateMany", "$transaction"]));
});
