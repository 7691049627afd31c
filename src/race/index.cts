import native = require("./native.cjs");

// The types of this entry are those of index.ts.
export = native("./index.js") as object;
