/** `node run.js measure` measures for minutes and writes docs/images/hit-rate.json, `node run.js plot` draws it. */
import { build } from "../../prove/build.js";

build();
await import(new URL(`../../../.build/test/bench/hit-rate/${process.argv[2] ?? "plot"}.js`, import.meta.url).href);
