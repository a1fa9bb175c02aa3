import { randomUUID } from "node:crypto";
import type { PoolEvent } from "../pool-options.js";
import { firstIssue } from "../wire/first-issue.js";
import type { Message } from "../wire/frames.js";
import { errorSchema, type HelloInfo, helloSchema, type WorkerFailure } from "../wire/messages.js";
import type { WorkerClient } from "../worker-client.js";
import type { Drop, MessageRouter } from "./router.js";

interface ReceptionOptions {
  readonly run: string;
  readonly onEvent: (event: PoolEvent) => void;
  /** The worker of that name, if it was started here and is not gone. */
  readonly worker: (name: string) => WorkerClient | undefined;
  /** A worker said hello for the first time and was welcomed. */
  readonly onHello: (client: WorkerClient, hello: HelloInfo) => void;
  /** A worker violated the protocol; `words` say what it did. */
  readonly onBreach: (client: WorkerClient, words: string) => void;
  /** A worker could not be sent a message; `words` say why. */
  readonly onUnreachable: (client: WorkerClient, words: string) => void;
  /** A worker refused what was sent to it. */
  readonly onRefused: (client: WorkerClient, failure: WorkerFailure) => void;
}

/** Dispatches incoming messages: hellos to the sessions that they open, all others to the worker of their session. */
export class Reception {
  readonly #options: ReceptionOptions;
  readonly #send: MessageRouter["send"];
  readonly #byPeer = new Map<string, WorkerClient>();
  /** Sessions of workers that are gone; messages that still arrive from them are stale. */
  readonly #retired = new Map<string, WorkerClient>();

  constructor(options: ReceptionOptions, send: MessageRouter["send"]) {
    this.#options = options;
    this.#send = send;
  }

  /** From now on the worker's messages are stale. */
  retire(client: WorkerClient): void {
    if (!client.connection) return;
    this.#byPeer.delete(client.connection.peer);
    this.#retired.set(client.connection.session, client);
  }

  /** A message was refused. Its sender is told or replaced, since it would wait for an answer. */
  drop(peer: string, reason: Drop["reason"], detail: string): void {
    this.#options.onEvent({ kind: "dropped", peer, drop: { reason, detail } });
    const client = this.#byPeer.get(peer);
    if (reason === "undeliverable") {
      if (client) this.#options.onUnreachable(client, `could not be sent a message (${detail})`);
    } else if (client) {
      this.#options.onBreach(
        client,
        `sent a message that the protocol does not allow (${reason}: ${detail})`,
      );
    } else if (reason !== "version" && reason !== "session") {
      this.#reject(peer, `The orchestrator refused a message (${reason}: ${detail}).`);
    }
  }

  receive(peer: string, message: Message): void {
    const { type, run, session } = message.header;
    const client = this.#byPeer.get(peer);
    if (run !== this.#options.run) {
      this.drop(peer, "session", `a ${type} of another run`);
    } else if (type === "hello") {
      this.#hello(peer, message);
    } else if (client?.connection?.session === session) {
      this.#fromWorker(peer, client, message);
    } else {
      const former = this.#retired.get(session);
      if (former && type === "result") this.#stale(former, message);
      else this.drop(peer, "session", `a ${type} of no live session`);
    }
  }

  #fromWorker(peer: string, client: WorkerClient, message: Message): void {
    const { type, reply_to } = message.header;
    if (type === "heartbeat") {
      this.#heartbeat(peer, client, message);
    } else if (type === "error" && reply_to === null) {
      const parsed = errorSchema.safeParse(message.body);
      if (parsed.success) this.#options.onRefused(client, parsed.data);
      else this.drop(peer, "body", `an error: ${firstIssue(parsed.error)}`);
    } else {
      const received = client.answer(message);
      if (received === "stale") this.#stale(client, message);
      if (received === "malformed")
        this.drop(peer, "header", `an answer under another lease than its request`);
    }
  }

  #heartbeat(peer: string, client: WorkerClient, message: Message): void {
    const beat = client.heartbeat(message);
    if (!beat) {
      this.drop(peer, "body", "a heartbeat");
      return;
    }
    const { progress, state, rss_bytes: rssBytes } = beat;
    this.#options.onEvent({ kind: "progress", worker: client.name, progress, state, rssBytes });
  }

  #hello(peer: string, message: Message): void {
    const parsed = helloSchema.safeParse(message.body);
    if (!parsed.success) {
      this.drop(peer, "body", `a hello: ${firstIssue(parsed.error)}`);
      return;
    }
    const hello = parsed.data;
    const client = this.#options.worker(hello.worker);
    const connection = client?.connection;
    if (!client || (connection && (connection.peer !== peer || connection.hello.nonce !== hello.nonce))) {
      const why = client ? "is connected already" : "was not started by this orchestrator";
      this.#reject(peer, `Worker ${hello.worker} ${why}.`);
      return;
    }
    this.#byPeer.set(peer, client);
    client.welcome(peer, connection?.session ?? randomUUID(), hello);
    if (!connection) this.#options.onHello(client, hello);
  }

  #stale(client: WorkerClient, { header }: Message): void {
    const { block, lease } = header;
    this.#options.onEvent({ kind: "stale_result", worker: client.name, block, lease });
    if (block !== null && lease !== null) client.acknowledge("discard", block, lease);
  }

  #reject(peer: string, message: string): void {
    const header = { type: "reject", run: this.#options.run, session: "", seq: 0, reply_to: null } as const;
    this.#send(peer, { ...header, block: null, lease: null, attempt: null }, { code: "worker", message });
  }
}
