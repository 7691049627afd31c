import { Socket } from "node:net";
import { Duplex } from "node:stream";
import { currentLabel, tellGaveUp } from "../../agent/labels.js";
import type { DriverAdapter } from "../driver.js";
import { patch } from "../patch.js";
import { isOfPg } from "../pgConnections.js";
import { WireSession } from "./session.js";

type Done = (error?: Error | null) => void;
type Write = (this: Socket, chunk: unknown, encoding?: BufferEncoding | Done, done?: Done) => boolean;
type Push = (this: Socket, chunk: Buffer | null, encoding?: BufferEncoding) => boolean;

/** https://www.postgresql.org/docs/current/protocol-message-formats.html: StartupMessage, CancelRequest. */
const version = 3;
const cancelCode = 80877102;

const session = Symbol.for("eslint-plugin-check-then-act/race/wire");

type Watched = Socket & { [session]?: WireSession; push: Push };

function bytesOf(chunk: unknown, encoding: unknown): Buffer | undefined {
  if (typeof chunk === "string") return Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8");
  return chunk instanceof Uint8Array ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : undefined;
}

/** Whether it is the first message of a connection to PostgreSQL, alone in its chunk: length, code, fields that end with a zero. */
function kindOf(bytes: Buffer): "startup" | "cancel" | undefined {
  if (bytes.length < 9 || bytes.readUInt32BE(0) !== bytes.length) return undefined;
  if (bytes.readUInt32BE(4) === cancelCode) return "cancel";
  return bytes.readUInt16BE(4) === version && bytes.at(-1) === 0 && bytes.includes("user\0") ? "startup" : undefined;
}

/** Counts a connection that is being opened as work under way; the function returned says that it is open. */
function opening(): () => void {
  const label = currentLabel();
  if (label === undefined) return () => undefined;
  const { agent, run } = label;
  const activity = agent.activity(label.worker);
  activity.busy++;
  return () => {
    if (run !== agent.run) return;
    activity.busy--;
    activity.touch();
  };
}

function watch(socket: Watched, original: Write): WireSession {
  const { push } = Duplex.prototype as unknown as { push: Push };
  const watched = new WireSession(
    {
      write: (bytes, done) => original.call(socket, bytes, done),
      push: (bytes) => push.call(socket, bytes === null ? null : Buffer.from(bytes)),
      destroy: () => socket.destroy(),
    },
    opening(),
  );
  socket[session] = watched;
  // Below the stream's own buffer, so that it does not matter how the driver reads.
  socket.push = (chunk, encoding) => watched.receive(bytesOf(chunk, encoding) ?? null);
  socket.prependListener("close", () => watched.close());
  return watched;
}

/**
 * Every driver written in JavaScript speaks PostgreSQL's protocol through `net.Socket`, TLS's included, which is one; its first message
 * gives it away. Those of pg are intercepted in pg itself, where whose a statement is can be told in a shared process too.
 */
function watchedWrite(original: Write): Write {
  return function write(this: Watched, chunk, encoding, done) {
    const callback = typeof encoding === "function" ? encoding : done;
    const bytes = bytesOf(chunk, encoding);
    const known = this[session];
    if (bytes !== undefined && known !== undefined) return known.write(bytes, callback);
    const kind = bytes && kindOf(bytes);
    // Whether it comes before the end of the statement that it is to cancel is a matter of time.
    if (kind === "cancel") tellGaveUp();
    if (bytes !== undefined && kind === "startup" && !isOfPg(this)) return watch(this, original).write(bytes, callback);
    return original.call(this, chunk, encoding, done);
  };
}

export const wireAdapter: DriverAdapter = {
  name: "wire",
  install() {
    patch(Socket.prototype as unknown as Record<"write", unknown>, "write", (original) => watchedWrite(original as Write));
  },
};
