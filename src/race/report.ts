import { drawMermaid } from "./draw/mermaid.js";
import { drawSvg } from "./draw/svg.js";
import { drawText } from "./draw/text.js";
import type { Report, ReportData } from "./types.js";

/** The drawings are methods that `JSON.stringify` and `structuredClone` of a report's data leave out. */
export function reportOf(data: ReportData): Report {
  const drawings = {
    toString: () => drawText(data, { color: false }),
    toMermaid: () => drawMermaid(data),
    toSVG: () => drawSvg(data),
  };
  return Object.defineProperties({ ...data }, hidden(drawings)) as Report;
}

function hidden(methods: Readonly<Record<string, unknown>>): PropertyDescriptorMap {
  return Object.fromEntries(Object.entries(methods).map(([name, value]) => [name, { value, enumerable: false }]));
}
