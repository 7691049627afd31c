import { readFile, writeFile } from "node:fs/promises";
import type { StressRow } from "../../../src/race/stress/types.js";
import { dataFile, type HitRates, imageFile, type Series } from "./data.js";

const size = { width: 760, height: 400, left: 220, right: 64, top: 96, bottom: 56, label: 17 } as const;
const plot = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom } as const;

/** An SVG in an `<img>` may load nothing, so the fonts are those that are there; it shows light unless the reader's system asks for dark. */
const style = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", Arial, sans-serif; fill: var(--text) }
  .title { font-size: 17px; font-weight: 600 } .quiet { fill: var(--quiet) } .name { font-weight: 600 }
  .grid { stroke: var(--grid) } .line { fill: none; stroke-width: 2.5; stroke-linejoin: round } .back { fill: var(--back) }
  .explored { stroke: var(--text); stroke-width: 1.5; stroke-dasharray: 5 4 }
  .s0 { --own: #cf222e } .s1 { --own: #9a6700 } .s2 { --own: #0969da }
  .line, .dot { stroke: var(--own) } .dot { fill: var(--back); stroke-width: 2.5 } .name { fill: var(--own) }
  svg { --back: #ffffff; --text: #1f2328; --quiet: #59636e; --grid: #d8dee4 }
  @media (prefers-color-scheme: dark) {
    svg { --back: #0d1117; --text: #f0f6fc; --quiet: #9198a1; --grid: #2f353d }
    .s0 { --own: #f85149 } .s1 { --own: #d29922 } .s2 { --own: #4493f8 }
  }`;

const share = ({ violations, runs }: StressRow): number => (runs === 0 ? 0 : violations / runs);
const yOf = (part: number): number => size.top + plot.height * (1 - part);
const xOf = (index: number, count: number): number => size.left + (plot.width * index) / Math.max(count - 1, 1);

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escape(content)}</text>`;
}

function oneOf({ violations, runs }: StressRow): string {
  if (violations === 0) return `none of ${runs}`;
  const one = runs / violations;
  return `1 of ${one < 10 ? one.toFixed(1) : one.toFixed(0)}`;
}

function nameOf({ spread }: Series): string {
  return spread === 0 ? "all at once" : `within ${spread} ms`;
}

/** Names stand at the left ends of their lines, moved apart where these meet. */
function labelHeights(series: readonly Series[]): readonly number[] {
  const ends = series.map(({ rows }, index) => ({ index, y: yOf(rows[0] ? share(rows[0]) : 0) })).sort((one, other) => one.y - other.y);
  let last = -Infinity;
  const heights: number[] = [];
  for (const { index, y } of ends) heights[index] = last = Math.max(y, last + size.label);
  const below = Math.max(0, last - yOf(0));
  return heights.map((y) => y - below);
}

function drawSeries(one: Series, index: number, labelY: number): string {
  const points = one.rows.map((row, at) => ({ row, x: xOf(at, one.rows.length), y: yOf(share(row)) }));
  const line = points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  const dots = points.map(
    ({ row, x, y }) =>
      `<circle class="dot" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4"><title>${row.violations} of ${row.runs} runs</title></circle>`,
  );
  const [first] = one.rows;
  const label = `${nameOf(one)}: ${first ? oneOf(first) : ""}`;
  const name = text(size.left - 14, labelY + 4, label, 'class="name" text-anchor="end"');
  return `<g class="s${index}"><polyline class="line" points="${line}"/>${dots.join("")}${name}</g>`;
}

function drawAxes(workers: readonly number[]): readonly string[] {
  const right = size.width - size.right;
  const parts = [0, 0.25, 0.5, 0.75, 1].flatMap((part) => [
    `<path class="grid" d="M${size.left} ${yOf(part)}H${right}"/>`,
    text(right + 10, yOf(part) + 4, `${part * 100} %`, 'class="quiet"'),
  ]);
  const numbers = workers.map((count, index) => text(xOf(index, workers.length), yOf(0) + 22, String(count), 'text-anchor="middle"'));
  return [...parts, ...numbers, text(size.left + plot.width / 2, yOf(0) + 44, "workers", 'class="quiet" text-anchor="middle"')];
}

function draw({ series, explored, machine }: HitRates): string {
  const workers = series[0]?.rows.map((row) => row.workers) ?? [];
  const heights = labelHeights(series);
  const found = `explored with 2 workers: every time, by ${explored.violations} of ${explored.schedules} schedules, in ${explored.seconds.toFixed(1)} s`;
  const server = `PostgreSQL ${machine.postgres}, ${machine.cores} cores`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img">`,
    "<title>How often a race shows by itself</title>",
    `<style>${style}\n</style>`,
    `<rect class="back" width="${size.width}" height="${size.height}" rx="6"/>`,
    text(20, 32, "How often a race shows by itself", 'class="title"'),
    text(20, 54, "Share of runs in which one job was done more than once, by when its workers start", 'class="quiet"'),
    text(20, yOf(0) + 44, server, 'class="quiet"'),
    ...drawAxes(workers),
    `<path class="explored" d="M${size.left} ${yOf(1)}H${size.width - size.right}"/>`,
    text(size.left, yOf(1) - 9, found),
    ...series.map((one, index) => drawSeries(one, index, heights[index] ?? 0)),
    "</svg>",
    "",
  ].join("\n");
}

const rates = JSON.parse(await readFile(dataFile, "utf8")) as HitRates;
await writeFile(imageFile, draw(rates));
