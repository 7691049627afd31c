import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "rules",
          include: ["test/**/*.test.ts"],
          // Files that a rule is run on are no tests, whatever their names.
          exclude: ["**/fixture/**", "test/race/**"],
          setupFiles: ["test/setup.ts"],
        },
      },
      { extends: true, test: { name: "race", include: ["test/race/**/*.test.ts"], globalSetup: ["test/race/globalSetup.ts"] } },
    ],
    watch: false,
    // The first typed case of a file pays for a whole TypeScript program.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // A program per worker is large: two fit the smallest machine that runs the suite.
    maxWorkers: 2,
    // Loading the compiler again for every file costs more than the tests; nothing here keeps state between files.
    isolate: false,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts", "rules/**/*.ts"],
      reporter: ["text-summary", "html"],
    },
  },
});
