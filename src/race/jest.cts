import globals = require("@jest/globals");
import native = require("./native.cjs");
import type { matchers as Matchers } from "./matchers/matchers.js" with { "resolution-mode": "import" };

const { matchers } = native("./matchers/matchers.js") as { readonly matchers: typeof Matchers };

globals.expect.extend(matchers);
