/** The files of a feature that know nothing of the database: most of any back end. */
import type { Feature } from "./application.js";

const words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"] as const;

export function types({ type, random }: Feature): string {
  const kinds = words.filter(() => random.below(2) === 0);
  return `export type ${type}Status = "pending" | "running" | "done" | "failed";

export type ${type}Kind = ${[...kinds, "other"].map((kind) => `"${kind}"`).join(" | ")};

export interface ${type}Event {
  readonly id: string;
  readonly at: Date;
  readonly kind: ${type}Kind;
  readonly from: ${type}Status;
  readonly to: ${type}Status;
}

export interface ${type}Totals {
  readonly count: number;
  readonly byStatus: ReadonlyMap<${type}Status, number>;
  readonly byKind: Readonly<Partial<Record<${type}Kind, number>>>;
}
`;
}

export function dto({ type, random }: Feature): string {
  const longest = 20 + random.below(200);
  return `export interface ${type}Dto {
  readonly label: string;
  readonly note?: string;
  readonly tags: readonly string[];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function tagsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.filter((tag): tag is string => typeof tag === "string").map((tag) => tag.trim());
}

export function parse${type}(body: unknown): ${type}Dto {
  if (!isRecord(body)) throw new TypeError("an object is expected");
  const { label, note, tags } = body;
  if (typeof label !== "string" || label.length > ${longest}) throw new TypeError("a label is expected");
  return { label: label.trim(), tags: tagsOf(tags), ...(typeof note === "string" && { note }) };
}
`;
}

export function constants({ type, random }: Feature): string {
  const entries = words.map((word) => `  ${word}: ${random.below(1000)},\n`);
  return `export const limitsOf${type} = {
${entries.join("")}} as const;

export type ${type}Limit = keyof typeof limitsOf${type};

export function limitOf${type}(name: ${type}Limit, factor = 1): number {
  return Math.round(limitsOf${type}[name] * factor);
}
`;
}

export function helper({ type, random }: Feature): string {
  const [first, second, third] = [1, 2, 3].map((factor) => factor * (1 + random.below(20)));
  return `export function average${type}(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sum = values.reduce((total, value) => total + value, 0);
  return sum / values.length;
}

export function dueIn${type}(attempts: number): number {
  const steps = [${first}, ${second}, ${third}];
  return steps[Math.min(attempts, steps.length - 1)] ?? 0;
}

export function chunk${type}<T>(items: readonly T[], size = ${1 + random.below(50)}): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}

export function groupBy${type}<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

export async function retry${type}<T>(run: () => Promise<T>, attempts = ${2 + random.below(4)}): Promise<T> {
  let last: unknown;
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      return await run();
    } catch (error) {
      last = error;
    }
  }
  throw last instanceof Error ? last : new Error(String(last));
}
`;
}

export function mapper({ name, type, uses }: Feature): string {
  const imports = uses.map((used) => `import { describe${used.type} } from "../${used.name}/${used.name}.format.js";\n`);
  const notes = uses.map((used) => `describe${used.type}(row.label, row.createdAt)`);
  return `${imports.join("")}import type { ${type} } from "./${name}.entity.js";
import type { ${type}Status, ${type}Totals } from "./${name}.types.js";

export interface ${type}View {
  readonly id: string;
  readonly status: ${type}Status;
  readonly title: string;
  readonly since: string;
  readonly notes: readonly string[];
}

export function to${type}View(row: ${type}): ${type}View {
  const { id, status, label, createdAt } = row;
  return { id, status, title: label.toUpperCase(), since: createdAt.toISOString(), notes: [${notes.join(", ")}] };
}

export function totalsOf${type}(rows: readonly ${type}[]): ${type}Totals {
  const byStatus = new Map<${type}Status, number>();
  for (const { status } of rows) byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
  return { count: rows.length, byStatus, byKind: { other: rows.length } };
}
`;
}

export function format({ type, random }: Feature): string {
  const width = 10 + random.below(60);
  return `const formatter = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

export function describe${type}(label: string, at: Date): string {
  const short = label.length > ${width} ? \`\${label.slice(0, ${width})}...\` : label;
  return \`\${short} (\${formatter.format(at)})\`;
}

export function table${type}(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>((known, row) => row.map((cell, index) => Math.max(known[index] ?? 0, cell.length)), []);
  return rows.map((row) => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ").trimEnd()).join("\\n");
}

export function percent${type}(part: number, whole: number): string {
  return whole === 0 ? "-" : \`\${((100 * part) / whole).toFixed(1)} %\`;
}
`;
}

export function guard({ name, type, random }: Feature): string {
  return `import type { ${type} } from "./${name}.entity.js";

export function isOpen(row: Pick<${type}, "status">): boolean {
  return row.status === "pending";
}

export function assertNamed(label: string): void {
  if (label.trim().length < ${1 + random.below(5)}) throw new Error("a longer label is needed");
}

export function isLate(row: Pick<${type}, "createdAt" | "startedAt">, now: Date): boolean {
  return row.startedAt === null && now.getTime() - row.createdAt.getTime() > ${random.below(90)} * 60_000;
}
`;
}

export function policy({ random }: Feature): string {
  const actions = ["create", "change", "start", "remove"] as const;
  const rules = actions.map((action) => `  ${action}: ["admin"${random.below(2) === 0 ? ', "editor"' : ""}],\n`);
  return `const rules = {
${rules.join("")}} as const;

export type Action = keyof typeof rules;

export function may(roles: readonly string[], action: Action): boolean {
  const allowed: readonly string[] = rules[action];
  return roles.some((role) => allowed.includes(role));
}
`;
}

export function client({ type, random }: Feature): string {
  return `interface Answer {
  readonly accepted: boolean;
  readonly reason?: string;
}

export class ${type}Client {
  constructor(
    private readonly address: URL,
    private readonly token: string,
  ) {}

  async announce(label: string): Promise<void> {
    const answer = await this.post({ label, weight: ${random.below(100)} });
    if (!answer.accepted) throw new Error(answer.reason ?? "it was refused");
  }

  private async post(body: Readonly<Record<string, unknown>>): Promise<Answer> {
    const headers = { authorization: \`Bearer \${this.token}\`, "content-type": "application/json" };
    const response = await fetch(this.address, { method: "POST", headers, body: JSON.stringify(body) });
    return (await response.json()) as Answer;
  }
}
`;
}

export function view({ name, type, random }: Feature): string {
  return `import { limitOf${pascal(name)} } from "./${name}.constants.js";

export interface ${type}Model {
  readonly title: string;
  readonly lines: readonly { readonly name: string; readonly value: number }[];
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

export function render${type}({ title, lines }: ${type}Model): string {
  const limit = limitOf${pascal(name)}("${words[random.below(words.length)] ?? words[0]}");
  const shown = lines.filter(({ value }) => value <= limit);
  const rows = shown.map(({ name, value }) => \`<tr><td>\${escape(name)}</td><td>\${value.toFixed(${random.below(4)})}</td></tr>\`);
  return \`<h1>\${escape(title)}</h1><table>\${rows.join("")}</table>\`;
}
`;
}

export function index({ name, type }: Feature): string {
  return `export { ${type}Controller } from "./${name}.controller.js";
export { ${type}Service } from "./${name}.service.js";
export { ${type}Worker } from "./${name}.worker.js";
export type { ${type}Event, ${type}Status, ${type}Totals } from "./${name}.types.js";
`;
}

function pascal(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
