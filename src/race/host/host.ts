import type { AgentEvent, Command } from "../agent/protocol.js";

/** Where workers run, and how the scheduler talks to the agents there. */
export interface Host {
  /** How many workers there are. */
  readonly size: number;
  /** One for each process or thread that runs workers. */
  readonly agents: number;
  listen(listener: (event: AgentEvent) => void): void;
  /** To the agent that runs the worker. */
  send(worker: number, command: Command): void;
  /** To every agent. */
  broadcast(command: Command): void;
  /** Milliseconds that the event loop of the worker's thread has had nothing to do, since it began. */
  idled(worker: number): number;
  /** Ends what can be ended by force; afterwards nothing may be sent. */
  kill(): Promise<void>;
}

type Reply = Extract<AgentEvent, { type: "prepared" | "finished" | "closed" }>;

/** Collects the replies that every agent gives to a command. */
export class Replies {
  readonly #host: Host;
  #waiting: { readonly type: Reply["type"]; readonly got: Reply[]; readonly resolve: (replies: readonly Reply[]) => void } | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Returns whether the event was a reply. */
  take(event: AgentEvent): boolean {
    if (event.type !== "prepared" && event.type !== "finished" && event.type !== "closed") return false;
    const waiting = this.#waiting;
    if (waiting?.type !== event.type) return true;
    waiting.got.push(event);
    if (waiting.got.length === this.#host.agents) {
      this.#waiting = undefined;
      waiting.resolve(waiting.got);
    }
    return true;
  }

  async ask<Type extends Reply["type"]>(command: Command, type: Type): Promise<readonly Extract<Reply, { type: Type }>[]> {
    const replies = new Promise<readonly Reply[]>((resolve) => {
      this.#waiting = { type, got: [], resolve };
    });
    this.#host.broadcast(command);
    return (await replies) as readonly Extract<Reply, { type: Type }>[];
  }
}
