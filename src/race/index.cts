import type * as entry from "./index.js" with { "resolution-mode": "import" };
import native = require("./native.cjs");

export = native("./index.js") as typeof entry;
