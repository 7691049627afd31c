import type { Block, BlockId, Terminator } from "../ir.js";
import { successors } from "../ir.js";
import type { OpenBlock } from "./functionBuilder.js";

/** Drops the blocks that control never reaches and numbers the others in the order they were started. */
export function closeBlocks(open: readonly OpenBlock[]): readonly Block[] {
  const byId = new Map(open.map((block) => [block.id, block]));
  const reached = reachable(open, byId);
  const kept = open.filter((block) => reached.has(block.id));
  const numbers = new Map(kept.map((block, index) => [block.id, index]));
  const number = (id: number): BlockId => numbers.get(id) ?? 0;
  return kept.map((block, id) => {
    const terminator = renumber(terminatorOf(block), number);
    const { instructions, handler } = block;
    return handler === undefined || !reached.has(handler.id)
      ? { id, instructions, terminator }
      : { id, instructions, terminator, handler: number(handler.id) };
  });
}

function reachable(open: readonly OpenBlock[], byId: ReadonlyMap<number, OpenBlock>): ReadonlySet<number> {
  const reached = new Set<number>();
  const pending = open.slice(0, 1);
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    if (reached.has(block.id)) continue;
    reached.add(block.id);
    const next = successors({ id: block.id, instructions: [], terminator: terminatorOf(block) });
    for (const id of next) {
      const successor = byId.get(id);
      if (successor !== undefined) pending.push(successor);
    }
  }
  return reached;
}

function terminatorOf(block: OpenBlock): Terminator {
  return block.terminator ?? { kind: "unreachable" };
}

function renumber(terminator: Terminator, number: (id: number) => BlockId): Terminator {
  switch (terminator.kind) {
    case "goto":
      return { ...terminator, target: number(terminator.target) };
    case "branch":
      return { ...terminator, whenTrue: number(terminator.whenTrue), whenFalse: number(terminator.whenFalse) };
    case "throw":
      return terminator.handler === undefined ? terminator : { ...terminator, handler: number(terminator.handler) };
    case "return":
    case "unreachable":
      return terminator;
  }
}
