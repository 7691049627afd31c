import { build } from "./build.js";

build();
await import(new URL("../../.build/test/prove/main.js", import.meta.url).href);
