/** The table that `npm run prove` prints, a row when it is known. */
import type { Report } from "../../src/race/types.js";
import type { Proof } from "./proof.js";

const columns = [
  ["", 9],
  ["library", 8],
  ["case", 20],
  ["variant", 28],
  ["expected", 9],
  ["lint", 22],
  ["schedules", 9],
  ["violating", 9],
  ["explorer", 11],
  ["suggested", 17],
  ["seconds", 7],
] as const;

export function header(total: number): string {
  return `${total} fixtures\n${line(columns.map(([title]) => title))}`;
}

export function row({ fixture, lint, explored, repairs, seconds, disagreements }: Proof, done: number, total: number): string {
  const report = explored?.report;
  return line([
    `${disagreements.length === 0 ? "ok" : "FAILED"} ${done}/${total}`,
    fixture.library,
    fixture.case,
    fixture.variant,
    fixture.verdict,
    [...(lint?.reported ?? []), ...(lint?.missing ?? []).map((rule) => `(${rule})`)].join(" ") || "-",
    report === undefined ? "-" : `${report.explored}${isCut(report) ? "+" : ""}`,
    String(report?.violations ?? "-"),
    report?.verdict ?? "-",
    repairs.map(({ technique, isPartial }) => (isPartial ? `(${technique})` : technique)).join(" ") || "-",
    seconds.toFixed(1),
  ]);
}

export function summary(proofs: readonly Proof[], seconds: number): string {
  const failed = proofs.filter(({ disagreements }) => disagreements.length > 0);
  const waiting = proofs.filter(({ lint }) => (lint?.missing.length ?? 0) > 0).length;
  return [
    `${proofs.length - failed.length} of ${proofs.length} as expected, in ${seconds.toFixed(0)} s`,
    ...(waiting > 0 ? [`${waiting} wait for rules in parentheses, which the plugin does not have yet`] : []),
    ...suggested(proofs),
    ...failed.map(({ fixture }) => `FAILED ${fixture.name}`),
  ].join("\n");
}

function suggested(proofs: readonly Proof[]): readonly string[] {
  const repaired = proofs.filter(({ repairs }) => repairs.length > 0);
  const all = repaired.flatMap(({ repairs }) => repairs);
  const whole = all.filter(({ isPartial }) => !isPartial);
  if (all.length === 0) return [];
  const tried = proofs.some(({ explored }) => explored !== undefined)
    ? "type-checked, linted and explored"
    : "type-checked and linted, not explored";
  return [
    `${repaired.length} have suggestions, ${tried}: ${whole.length} for the race, ${all.length - whole.length} in parentheses for a part of it`,
  ];
}

/** There are more schedules than were run. */
function isCut({ unfinished }: Report): boolean {
  return unfinished.some(({ kind }) => kind === "budget");
}

function line(cells: readonly string[]): string {
  return cells
    .map((cell, index) => cell.padEnd(columns[index]?.[1] ?? 0))
    .join(" ")
    .trimEnd();
}
