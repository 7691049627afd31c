/** `npm run fuzz`: compiles, because mutated files are linted in a thread, and runs `fuzz.ts`. */
import { generate } from "../../fixtures/prisma/generate.js";
import { build } from "../prove/build.js";

generate();
build();
await import(new URL("../../.build/test/fuzz/fuzz.js", import.meta.url).href);
