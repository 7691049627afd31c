/** Generates, compiles, and runs `fixesMain.ts`. */
import { generate } from "../../fixtures/prisma/generate.js";
import { build } from "./build.js";

generate();
build();
await import(new URL("../../.build/test/prove/fixesMain.js", import.meta.url).href);
