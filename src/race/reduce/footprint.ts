/**
 * What a turn does with a table, as bits. `read`: a plain read of what is committed. `lock`: a lock on rows, which every check of a
 * foreign key takes. `write`: rows changed, not yet visible to others. The others say that a transaction ended which had done so.
 */
export const use = { read: 1, lock: 2, write: 4, endRead: 8, endLock: 16, endWrite: 32 } as const;

/** Table name to bits of `use`. What is not understood may do anything. */
export type Footprint = "everything" | ReadonlyMap<string, number>;

/**
 * For each use of a table the uses by another worker whose order with it matters at READ COMMITTED. A plain read waits for nobody and
 * sees what is committed, so it meets only the end of a transaction that wrote. Locks and writes wait for each other, and for each
 * other's transactions. The end of a transaction depends on whatever it touched.
 * https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS
 */
const meets: readonly (readonly [bit: number, others: number])[] = [
  [use.read, use.endWrite],
  [use.lock, use.lock | use.write | use.endLock | use.endWrite],
  [use.write, use.lock | use.write | use.endRead | use.endLock | use.endWrite],
  [use.endRead, use.write | use.endWrite],
  [use.endLock, use.lock | use.write | use.endLock | use.endWrite],
  [use.endWrite, use.read | use.lock | use.write | use.endRead | use.endLock | use.endWrite],
];

function bitsMeet(one: number, other: number): boolean {
  return meets.some(([bit, others]) => (one & bit) !== 0 && (other & others) !== 0);
}

/** Whether the order of two workers' turns may make a difference. Symmetric. */
export function footprintsMeet(one: Footprint, other: Footprint): boolean {
  if (one === "everything" || other === "everything") return true;
  for (const [table, bits] of one) if (bitsMeet(bits, other.get(table) ?? 0)) return true;
  return false;
}

/** What the end of a transaction does that did `touched`. */
export function ending(touched: ReadonlyMap<string, number>, reads: boolean): ReadonlyMap<string, number> {
  const mask = reads ? use.read | use.lock | use.write : use.lock | use.write;
  return new Map([...touched].map(([table, bits]) => [table, (bits & mask) * use.endRead]));
}

/** Adds a footprint to one that grows; "everything" swallows all. */
export function joined(one: Footprint, other: Footprint): Footprint {
  if (one === "everything" || other === "everything") return "everything";
  const both = new Map(one);
  for (const [table, bits] of other) both.set(table, (both.get(table) ?? 0) | bits);
  return both;
}
