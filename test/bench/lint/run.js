/** `npm run bench`: compiles, so that what is measured is the plugin as it is published, and runs `bench.ts`. */
import { build } from "../../prove/build.js";

build();
await import(new URL("../../../.build/test/bench/lint/bench.js", import.meta.url).href);
