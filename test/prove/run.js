/** Generates, compiles, and runs `main.ts`. */
import { generate } from "../../fixtures/prisma/generate.js";
import { build } from "./build.js";

generate();
build();
await import(new URL("../../.build/test/prove/main.js", import.meta.url).href);
