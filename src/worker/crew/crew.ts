import { join } from "node:path";
import { makeFolder } from "../../util/make-folder.js";
import { UserError } from "../../util/user-error.js";
import type { PoolOptions, Timing } from "../pool-options.js";
import { newKeyPair } from "../socket/keys.js";
import { Reception } from "../socket/reception.js";
import { type MessageRouter, openRouter } from "../socket/router.js";
import { asUserError } from "../task.js";
import type { HelloInfo, WorkerFailure } from "../wire/messages.js";
import type { Catalogue } from "../wire/requests.js";
import { RequestFailed, WorkerClient } from "../worker-client.js";
import {
  deathOf,
  killed,
  lossOf,
  MAX_START_FAILURES,
  seconds,
  startError,
  versionError,
} from "./crew-failures.js";
import type { ExitReport } from "./launcher.js";
import { shutDown } from "./spawn.js";

interface CrewHandlers {
  /** A worker said hello and described its methods. */
  onReady(client: WorkerClient, hello: HelloInfo, catalogue: Catalogue): void;
  /** No worker is available: a bad environment or a bad user method. */
  onHopeless(error: UserError): void;
}

/** Milliseconds in which the end of a process is noticed. */
const EXIT_GRACE_MS = 1000;

/** The worker processes of a pool: has them started, monitors whether they are alive, replaces them and ends them. */
export class Crew {
  readonly #options: PoolOptions;
  readonly #timing: Timing;
  readonly #clock: () => number;
  readonly #handlers: CrewHandlers;
  readonly #clients = new Map<string, WorkerClient>();
  readonly #reception: Reception;
  readonly #exits = new Set<Promise<ExitReport>>();
  readonly #failedStarts: number[] = [];
  #router: MessageRouter | null = null;
  #started = 0;
  #ticker: NodeJS.Timeout | undefined;
  #lastTick = 0;
  #replacing = true;
  #versionClash: string | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: PoolOptions, timing: Timing, handlers: CrewHandlers) {
    this.#options = options;
    this.#timing = timing;
    this.#clock = options.clock ?? (() => performance.now());
    this.#handlers = handlers;
    this.#reception = new Reception(
      {
        run: options.run,
        onEvent: (event) => options.onEvent?.(event),
        worker: (name) => this.#clients.get(name),
        onHello: (client, hello) => {
          this.#introduce(client, hello).catch((error: unknown) => this.#unfit(client, error));
        },
        onBreach: (client, words) => this.lose(client, lossOf(client, "bad_message", words), true),
        // Mostly the worker has just ended, and how it ended says more.
        onUnreachable: (client, words) => {
          setTimeout(() => this.lose(client, lossOf(client, "bad_message", words), true), EXIT_GRACE_MS);
        },
        onRefused: (client, failure) => {
          this.#giveUp(asUserError(failure));
          this.lose(client, failure, false);
        },
      },
      (...message) => this.#router?.send(...message),
    );
  }

  async open(): Promise<void> {
    makeFolder(this.#options.logFolder);
    this.#router = await openRouter(
      {
        onMessage: (peer, message) => this.#reception.receive(peer, message),
        onDrop: (peer, { reason, detail }) => {
          if (reason === "version") this.#versionClash = detail;
          this.#reception.drop(peer, reason, detail);
        },
      },
      this.#options.run,
    );
    this.#lastTick = this.#clock();
    this.#ticker = setInterval(() => this.#tick(), this.#timing.tickMs);
    for (let slot = 0; slot < this.#options.workers; slot++) this.#start(slot);
  }

  get ready(): WorkerClient[] {
    return [...this.#clients.values()].filter((client) => client.ready);
  }

  /** Do not start workers any more. */
  stopReplacing(): void {
    this.#replacing = false;
  }

  /** End a worker at once, reject its work, and start another in its place. */
  lose(client: WorkerClient, failure: WorkerFailure, blame: boolean): void {
    if (client.lost) return;
    client.process.kill("SIGKILL");
    this.#router?.admitted.revoke(client.publicKey);
    this.#clients.delete(client.name);
    this.#reception.retire(client);
    client.lose(failure, blame);
    if (!this.#replacing) return;
    this.#options.onEvent?.({ kind: "worker_lost", worker: client.name, failure });
    const failures = client.ready ? 0 : (this.#failedStarts[client.slot] ?? 0) + 1;
    this.#failedStarts[client.slot] = failures;
    // A worker that hangs on a user's file, or speaks another version, would do so again.
    const again =
      failure.code !== "worker_hung" && this.#versionClash === null && failures < MAX_START_FAILURES;
    if (client.ready || again) this.#startAgain(client.slot);
    else if (this.#versionClash === null) this.#giveUp(startError(client, failure, failures));
    else this.#giveUp(versionError(this.#versionClash));
  }

  /** Nothing awaits this start, so its failure (a full disk, for example) is reported here. */
  #startAgain(slot: number): void {
    try {
      this.#start(slot);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      this.#giveUp(new UserError(`A worker could not be started in place of one that is gone: ${why}.`));
    }
  }

  #giveUp(error: UserError): void {
    this.stopReplacing();
    this.#handlers.onHopeless(error);
  }

  /** Stop every worker gently, then less gently; no process is left afterwards. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.stopReplacing();
    await Promise.all(
      [...this.#clients.values()].map((client) => {
        client.cancelAll();
        // A worker that is not connected yet cannot be told to stop.
        const stopMs = client.connection ? this.#timing.stopMs : 0;
        return shutDown(client.process, () => client.sendStop(), { ...this.#timing, stopMs });
      }),
    );
    clearInterval(this.#ticker);
    await Promise.all(this.#exits);
    await this.#router?.close();
    this.#router = null;
  }

  kill(): void {
    this.stopReplacing();
    for (const client of [...this.#clients.values()]) this.lose(client, killed(client.name), false);
    this.close().catch(() => {});
  }

  #start(slot: number): void {
    const router = this.#router;
    if (!router || !this.#replacing) return;
    this.#started += 1;
    const name = `w${slot + 1}-${this.#started}`;
    const { publicKey, secretKey } = newKeyPair();
    router.admitted.admit(publicKey);
    const { run, launcher, logFolder } = this.#options;
    const process = launcher.launch({
      slot,
      log: join(logFolder, `${name}.log`),
      credentials: {
        endpoint: router.address,
        run,
        worker: name,
        server_key: router.serverKey,
        public_key: publicKey,
        secret_key: secretKey,
        heartbeat_seconds: this.#timing.heartbeatSeconds,
      },
    });
    const client = new WorkerClient({
      ...{ name, slot, run, process, publicKey, timing: this.#timing, clock: this.#clock },
      onAnswered: (request, seconds) =>
        this.#options.onEvent?.({ kind: "answered", worker: name, request, seconds }),
      onBusy: (busy) => this.#options.onEvent?.({ kind: "busy", worker: name, busy }),
      send: (...message) => this.#router?.send(...message),
    });
    this.#clients.set(name, client);
    this.#exits.add(process.exited);
    process.exited
      .then((exit) => {
        this.#exits.delete(process.exited);
        this.lose(client, deathOf(client, exit), true);
      })
      .catch((error: unknown) => this.lose(client, lossOf(client, "worker_died", String(error)), true));
  }

  async #introduce(client: WorkerClient, hello: HelloInfo): Promise<void> {
    const { body } = await client.request("describe", { user_methods: this.#options.userMethods });
    client.ready = true;
    this.#failedStarts[client.slot] = 0;
    this.#options.onEvent?.({ kind: "worker_started", worker: client.name, hello });
    this.#handlers.onReady(client, hello, body);
  }

  /** A worker that cannot describe itself. */
  #unfit(client: WorkerClient, error: unknown): void {
    if (error instanceof RequestFailed && error.failure.retry === "run_fatal") {
      this.#giveUp(asUserError(error.failure));
    }
    this.lose(client, lossOf(client, "bad_answer", `did not describe itself (${String(error)})`), false);
  }

  #tick(): void {
    const now = this.#clock();
    const late = now - this.#lastTick - this.#timing.tickMs;
    this.#lastTick = now;
    for (const client of [...this.#clients.values()]) {
      // This process itself was suspended for a while, so messages may be waiting unread.
      if (late > this.#timing.tickMs) client.liveness.excuse(late);
      const failure = client.connection ? this.#fault(client, now) : this.#noHello(client, now);
      if (failure) this.lose(client, failure, true);
    }
  }

  #noHello(client: WorkerClient, now: number): WorkerFailure | null {
    const silentMs = client.liveness.silentMs(now);
    if (silentMs < this.#timing.helloMs) return null;
    return lossOf(client, "no_hello", `said nothing for ${seconds(silentMs)} after its start`);
  }

  #fault(client: WorkerClient, now: number): WorkerFailure | null {
    const verdict = client.liveness.verdict(now);
    if (verdict.kind === "alive") return null;
    return verdict.kind === "dead"
      ? lossOf(client, "worker_silent", `was silent for ${seconds(verdict.silentMs)}`)
      : lossOf(client, "worker_hung", `made no progress for ${seconds(verdict.flatMs)}`);
  }
}
