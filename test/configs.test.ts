import { createRequire } from "node:module";
import type { Linter } from "eslint";
import { defineConfig } from "eslint/config";
import { describe, expect, it } from "vitest";
import plugin from "../src/index.js";

const manifest = createRequire(import.meta.url)("../package.json") as { readonly name: string; readonly version: string };

describe("the plugin object", () => {
  it("names itself, its version and its namespace", () => {
    expect(plugin.meta).toEqual({ name: manifest.name, version: manifest.version, namespace: "check-then-act" });
  });

  it("has these rules", () => {
    expect(Object.keys(plugin.rules ?? {})).toEqual(["no-racy-transition"]);
  });
});

// Adding a rule to `recommended`, or making one stricter, is a major change.
const presets: Readonly<Record<keyof typeof plugin.configs, Linter.RulesRecord>> = {
  recommended: { "check-then-act/no-racy-transition": "error" },
  all: { "check-then-act/no-racy-transition": "error" },
};

describe.each(["recommended", "all"] as const)("the preset %s", (name) => {
  const config = plugin.configs[name];

  it("turns on exactly these rules", () => {
    expect(config.rules).toEqual(presets[name]);
  });

  it("names itself and its files and refers to the plugin itself", () => {
    expect(config.name).toBe(`check-then-act/${name}`);
    expect(config.files).toEqual(["**/*.{ts,tsx,mts,cts}"]);
    expect(config.plugins?.["check-then-act"]).toBe(plugin);
  });

  it("leaves parser and parser options to the user", () => {
    expect(config.languageOptions).toBeUndefined();
  });

  it("can be extended by name, whatever the user calls the plugin", () => {
    const [config] = defineConfig({ files: ["src/**/*.ts"], plugins: { races: plugin }, extends: [`races/${name}`] });
    expect(Object.keys(config?.rules ?? {})).toEqual(["races/no-racy-transition"]);
  });
});
