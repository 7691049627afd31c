import prettier from "prettier";

/** @type {import("eslint-doc-generator").GenerateOptions} */
export default {
  ignoreConfig: ["all"],
  ruleDocTitleFormat: "prefix-name",
  ruleDocNotices: ["deprecated", "configs", "fixableAndHasSuggestions", "requiresTypeChecking"],
  ruleListColumns: ["name", "description", "configsError", "configsWarn", "hasSuggestions", "requiresTypeChecking"],
  ruleDocSectionInclude: ["Rule Details", "Limitations", "When Not To Use It"],
  postprocess: async (content, path) => prettier.format(content, { ...(await prettier.resolveConfig(path)), filepath: path }),
};
