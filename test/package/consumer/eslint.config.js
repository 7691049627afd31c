import * as parser from "@typescript-eslint/parser";
import { defineConfig } from "eslint/config";
import checkThenAct from "eslint-plugin-check-then-act";

export default defineConfig({
  files: ["src/**/*.ts"],
  plugins: { "check-then-act": checkThenAct },
  extends: ["check-then-act/recommended"],
  languageOptions: { parser, parserOptions: { projectService: true } },
});
