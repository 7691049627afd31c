import { parentPort, workerData } from "node:worker_threads";
import { Agent } from "../agent/agent.js";
import { describeError } from "../agent/errors.js";
import { ownThread } from "../agent/labels.js";
import { oneLine } from "../agent/line.js";
import type { AgentEvent, Command } from "../agent/protocol.js";
import { installDrivers } from "../drivers/install.js";
import type { WorkerContext } from "../types.js";
import { moduleOf } from "./shared.js";

/** What a worker's thread is started with. */
export interface ThreadData {
  readonly module: string;
  readonly context: Omit<WorkerContext, "step">;
}

const port = parentPort;
if (port === null) throw new Error("This file is a worker thread's.");

/** A value that cannot be sent to another thread is sent as its text. */
function sendable(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return oneLine(value);
  }
}

function sendableEvent(event: AgentEvent): AgentEvent {
  if (event.type === "ended") return { ...event, outcome: { ...event.outcome, value: sendable(event.outcome.value) } };
  if (event.type !== "parked") return event;
  return { ...event, arrival: { ...event.arrival, values: event.arrival.values.map(sendable) } };
}

/** Events of one turn of the event loop go in one message. */
let waiting: AgentEvent[] = [];

function flush(): void {
  if (waiting.length === 0) return;
  const events = waiting;
  waiting = [];
  port?.postMessage(events);
}

function emit(event: AgentEvent): void {
  waiting.push(sendableEvent(event));
  if (event.type === "quiet" || event.type === "executed") flush();
  else if (waiting.length === 1) setImmediate(flush);
}

const { module, context } = workerData as ThreadData;

async function start(): Promise<Agent> {
  const url = new URL(module);
  await installDrivers([url]);
  const agent = new Agent([{ context, module: await moduleOf(url) }], emit);
  ownThread(() => ({ agent, worker: context.index, run: agent.run }));
  return agent;
}

const started = start();
started.catch((error: unknown) => emit({ type: "prepared", error: describeError(error) }));
port.on("message", (command: Command) => {
  void started.then(
    (agent) => agent.command(command),
    () => undefined,
  );
});
