import type { Choose, RunWith } from "../../src/race/shrink.js";

/**
 * One operation of a synthetic worker on shared registers: `read` keeps a register's value, `write` stores the value kept last plus
 * the worker's mark, `lock` waits until nobody else holds the lock, `unlock` gives it back.
 */
export type Operation =
  | { readonly kind: "read"; readonly register: number }
  | { readonly kind: "write"; readonly register: number }
  | { readonly kind: "lock"; readonly lock: number }
  | { readonly kind: "unlock"; readonly lock: number };

export type Program = readonly Operation[];

interface State {
  readonly registers: number[];
  readonly kept: number[];
  readonly next: number[];
  readonly owners: Map<number, number>;
}

function letterOf(worker: number): string {
  return String.fromCharCode(65 + worker);
}

function canGoOn(programs: readonly Program[], state: State, worker: number): boolean {
  const operation = programs[worker]?.[state.next[worker] ?? 0];
  if (operation === undefined) return false;
  if (operation.kind !== "lock") return true;
  const owner = state.owners.get(operation.lock);
  return owner === undefined || owner === worker;
}

function perform(programs: readonly Program[], state: State, worker: number): void {
  const at = state.next[worker] ?? 0;
  const operation = programs[worker]?.[at];
  if (operation === undefined) return;
  state.next[worker] = at + 1;
  if (operation.kind === "read") state.kept[worker] = state.registers[operation.register] ?? 0;
  else if (operation.kind === "write") state.registers[operation.register] = (state.kept[worker] ?? 0) + 1;
  else if (operation.kind === "lock") state.owners.set(operation.lock, worker);
  else if (state.owners.get(operation.lock) === worker) state.owners.delete(operation.lock);
}

/** Runs the programs, one operation a decision, until all have ended or all are blocked; gives the final registers. */
export function runPrograms(programs: readonly Program[], choose: Choose): { readonly choices: string; readonly registers: number[] } {
  const state: State = { registers: [0, 0], kept: programs.map(() => 0), next: programs.map(() => 0), owners: new Map() };
  for (let choices = ""; ;) {
    const enabled = programs.flatMap((_, worker) => (canGoOn(programs, state, worker) ? [worker] : []));
    if (enabled.length === 0) return { choices, registers: state.registers };
    const letter = choose(enabled.map(letterOf), choices);
    perform(programs, state, letter.charCodeAt(0) - 65);
    choices += letter;
  }
}

/** Every complete schedule of the programs, by brute force. */
export function allSchedules(programs: readonly Program[]): { readonly choices: string; readonly registers: number[] }[] {
  const found: { readonly choices: string; readonly registers: number[] }[] = [];
  const pending = [""];
  for (let prefix = pending.pop(); prefix !== undefined; prefix = pending.pop()) {
    const start = prefix;
    found.push(
      runPrograms(programs, (enabled, past) => {
        if (past.length < start.length) return start.charAt(past.length);
        const [first = "", ...others] = enabled;
        pending.push(...others.map((other) => past + other));
        return first;
      }),
    );
  }
  return found;
}

/** A runner for `shrink`: the invariant holds when `broken` is false for the final registers. */
export function runner(programs: readonly Program[], broken: (registers: readonly number[]) => boolean): RunWith<readonly number[]> {
  return (choose) => {
    const { choices, registers } = runPrograms(programs, choose);
    return Promise.resolve({ choices, violated: broken(registers), result: registers });
  };
}
