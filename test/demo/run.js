/** `npm run demo`: compiles, because workers run in threads of their own, and runs `demo.ts`. */
import { build } from "../prove/build.js";

process.stdout.write("compiling the plugin and the explorer ...\n");
build();
await import(new URL("../../.build/test/demo/demo.js", import.meta.url).href);
