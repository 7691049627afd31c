import { AsyncLocalStorage } from "node:async_hooks";
import { oncePerProcess } from "../database/shared.js";
import type { Agent } from "./agent.js";

/** Whose statement it is. */
export interface Label {
  readonly agent: Agent;
  readonly worker: number;
  readonly run: number;
}

interface Registry {
  /** `"uncontrolled"` inside `reset`, `invariant`, `setup` and `teardown`. */
  readonly storage: AsyncLocalStorage<Label | "uncontrolled">;
  /** Agents whose runs are on: a statement without a label may belong to any of them. */
  readonly agents: Set<Agent>;
  /** In a worker thread every statement is that worker's, whatever became of its async context. */
  own?: () => Label;
}

/** One for all copies of this package in the process, because each of them may have patched a driver. */
function registry(): Registry {
  return oncePerProcess("labels", (): Registry => ({ storage: new AsyncLocalStorage(), agents: new Set() }));
}

export function runAs<Value>(label: Label | "uncontrolled", run: () => Value): Value {
  return registry().storage.run(label, run);
}

export function ownThread(own: () => Label): void {
  registry().own = own;
}

export function watchUnlabelled(agent: Agent): void {
  registry().agents.add(agent);
}

export function unwatchUnlabelled(agent: Agent): void {
  registry().agents.delete(agent);
}

/**
 * The label of the statement that the calling code is about to send, if a run controls it. Tells the running agents of one that
 * has none.
 */
export function labelOf(sql: () => string): Label | undefined {
  const { storage, own } = registry();
  const label = storage.getStore() ?? own?.();
  if (label === "uncontrolled") return undefined;
  if (label !== undefined) return label.agent.controls(label, sql) ? label : undefined;
  tellUnlabelled(sql);
  return undefined;
}

/**
 * The label of a statement of which only the connection is known. In a worker's own thread it is that worker's; elsewhere no context
 * says whose it is, because drivers send statements when there is room for them.
 */
export function labelOfStranger(sql: () => string): Label | undefined {
  const label = registry().own?.();
  if (label !== undefined) return label.agent.controls(label, sql) ? label : undefined;
  tellUnlabelled(sql);
  return undefined;
}

/** Tells the running agents of something that happens in the database without their control. */
export function tellUnlabelled(sql: () => string): void {
  for (const agent of registry().agents) agent.tell({ type: "unlabelled", sql: sql() });
}

/** Tells the running agents that code of this process does not wait for a statement's end any more. */
export function tellGaveUp(): void {
  for (const agent of registry().agents) agent.tell({ type: "gave-up" });
}

/** The worker whose code runs now, without telling anybody. */
export function currentLabel(): Label | undefined {
  const { storage, own } = registry();
  const label = storage.getStore() ?? own?.();
  return label === "uncontrolled" ? undefined : label;
}
