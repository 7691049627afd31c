/** Generates, compiles, and runs `picture.ts`. */
import { generate } from "../../fixtures/prisma/generate.js";
import { build } from "./build.js";

generate();
build();
await import(new URL("../../.build/test/prove/picture.js", import.meta.url).href);
