/**
 * A scheduling decision is one letter: `A` lets worker A's statement through. A worker that waits with several statements at once
 * (`Promise.all` over a pool) has a letter for each, in the order in which they came: `A`, `a`, then letters of Latin Extended.
 */
const alphabet = 26;
const first = 0x41;
const second = 0x61;
const further = 0x100;

export const mostWorkers = alphabet;

/** The name of a worker in reports, which is also the letter of its first statement. */
export function workerName(worker: number): string {
  return String.fromCharCode(first + worker);
}

export function letterOf(worker: number, place: number): string {
  if (place === 0) return workerName(worker);
  if (place === 1) return String.fromCharCode(second + worker);
  return String.fromCharCode(further + (place - 2) * alphabet + worker);
}

/** The worker that a letter lets through. */
export function workerOf(letter: string): number {
  const code = letter.charCodeAt(0);
  if (code >= further) return (code - further) % alphabet;
  return code >= second ? code - second : code - first;
}
