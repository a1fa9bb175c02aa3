import { allowedMs, type DeadlineTiming, type HeldModel } from "./crew/deadlines.js";
import { doing } from "./crew/doing.js";
import type { WorkerProcess } from "./crew/launcher.js";
import { Liveness, type LivenessTiming } from "./crew/liveness.js";
import type { Lease } from "./leases.js";
import { firstIssue } from "./wire/first-issue.js";
import type { Header, Message, Tensor } from "./wire/frames.js";
import {
  errorSchema,
  type Heartbeat,
  type HelloInfo,
  heartbeatSchema,
  type WorkerFailure,
} from "./wire/messages.js";
import { ANSWERS, type AnswerBody, type RequestBody, type RequestType } from "./wire/requests.js";
import { BadAnswer } from "./wire/results.js";

export interface Answer<T extends RequestType> {
  readonly body: AnswerBody<T>;
  readonly tensors: readonly Tensor[];
}

/** The worker answered `error`. */
export class RequestFailed extends Error {
  override readonly name = "RequestFailed";
  readonly failure: WorkerFailure;

  constructor(failure: WorkerFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** The worker is gone and will never answer. */
export class WorkerLost extends Error {
  override readonly name = "WorkerLost";
  readonly failure: WorkerFailure;
  /** Whether this request was the one being worked on. */
  readonly started: boolean;

  constructor(failure: WorkerFailure, started: boolean) {
    super(failure.message);
    this.failure = failure;
    this.started = started;
  }
}

interface Pending {
  readonly type: RequestType;
  readonly lease: Lease | null;
  readonly sentAt: number;
  readonly doing: string;
  readonly allowedMs: number;
  settle(message: Message): void;
  reject(error: Error): void;
}

interface ClientOptions {
  readonly name: string;
  readonly slot: number;
  readonly run: string;
  readonly process: WorkerProcess;
  readonly publicKey: string;
  readonly timing: LivenessTiming & DeadlineTiming;
  readonly clock: () => number;
  /** Requests are worked on one after the other: how long this one was, once it is answered. */
  onAnswered(request: RequestType, seconds: number): void;
  /** The worker became busy or idle. */
  onBusy(busy: boolean): void;
  send(peer: string, header: Header, body?: unknown, tensors?: readonly Tensor[]): void;
}

type Received = "handled" | "stale" | "duplicate" | "malformed";

/** One worker process, from its start to its end: numbers requests and matches answers to them. */
export class WorkerClient {
  readonly name: string;
  readonly slot: number;
  readonly process: WorkerProcess;
  readonly publicKey: string;
  readonly startedAt: number;
  readonly liveness: Liveness;
  /** Key of the model it holds or is loading, what it holds, and the vectors put or fitted for it. */
  model: string | null = null;
  holds: HeldModel | null = null;
  readonly vectors = new Set<string>();
  /** Leased requests that are neither committed, discarded nor failed. */
  leased = 0;
  ready = false;
  lost = false;
  readonly #options: ClientOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #answered = new Map<number, "held" | "committed">();
  #connection: { peer: string; session: string; hello: HelloInfo } | null = null;
  #seq = 0;
  #answeredAt = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.name = options.name;
    this.slot = options.slot;
    this.process = options.process;
    this.publicKey = options.publicKey;
    this.startedAt = options.clock();
    this.liveness = new Liveness(options.timing, this.startedAt);
  }

  get connection() {
    return this.#connection;
  }

  /** Requests without an answer. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Its current request, as in "while ..."; null if it has none. */
  get doing(): string | null {
    return this.#working?.doing ?? null;
  }

  /** Requests are worked on in order. */
  get #working(): Pending | undefined {
    const [first] = this.#pending.values();
    return first;
  }

  welcome(peer: string, session: string, hello: HelloInfo): void {
    this.#connection ??= { peer, session, hello };
    this.liveness.heard(this.#options.clock());
    this.#send("welcome", {}, { session: this.#connection.session, nonce: hello.nonce });
  }

  /** Send a request; answers arrive in order. Rejects with RequestFailed, WorkerLost or BadAnswer. */
  request<T extends RequestType>(
    type: T,
    body: RequestBody<T>,
    { lease = null, tensors = [] }: { lease?: Lease | null; tensors?: readonly Tensor[] } = {},
  ): Promise<Answer<T>> {
    const answer = new Promise<Answer<T>>((resolve, reject) => {
      if (this.lost || !this.#connection) {
        reject(new WorkerLost(lostFailure(this.name), false));
        return;
      }
      const seq = this.#send(type, lease ?? {}, body, tensors);
      const settle = (message: Message) => {
        try {
          resolve({ body: parseAnswer(type, lease, message), tensors: message.tensors });
        } catch (error) {
          reject(error instanceof Error ? error : new BadAnswer(String(error)));
        }
      };
      const sentAt = this.#options.clock();
      const about = { block: lease?.block ?? null, model: this.holds?.ref ?? null };
      const words = doing(type, body, about);
      const allowed = allowedMs(type, body, this.holds, this.#options.timing);
      this.#pending.set(seq, { type, lease, sentAt, doing: words, allowedMs: allowed, settle, reject });
      if (this.#pending.size > 1) return;
      this.liveness.allow(allowed, sentAt);
      this.#options.onBusy(true);
    });
    // A waiting caller sees the rejection; a request without one must not end the process.
    answer.catch(() => {});
    return answer;
  }

  /** Take a `heartbeat`; null where its body is not one. */
  heartbeat(message: Message): Heartbeat | null {
    const parsed = heartbeatSchema.safeParse(message.body);
    if (!parsed.success) return null;
    this.liveness.heartbeat(parsed.data.progress, this.#options.clock());
    return parsed.data;
  }

  /** Take a `reply`, `result` or `error`. */
  answer(message: Message): Received {
    const { reply_to, lease } = message.header;
    this.liveness.heard(this.#options.clock());
    const pending = reply_to === null ? undefined : this.#pending.get(reply_to);
    if (reply_to === null || !pending) return this.#repeated(message);
    if ((pending.lease?.number ?? null) !== lease)
      return message.header.type === "result" ? "stale" : "malformed";
    this.#pending.delete(reply_to);
    if (lease !== null && message.header.type === "result") this.#answered.set(lease, "held");
    const now = this.#options.clock();
    this.liveness.allow(this.#working?.allowedMs ?? null, now);
    this.#options.onAnswered(pending.type, (now - Math.max(pending.sentAt, this.#answeredAt)) / 1000);
    this.#answeredAt = now;
    if (this.#pending.size === 0) this.#options.onBusy(false);
    pending.settle(message);
    return "handled";
  }

  /** Tell the worker that it may forget a result. */
  acknowledge(kind: "committed" | "discard", block: string, lease: number): void {
    if (kind === "committed" && this.lost) return;
    if (kind === "committed") this.#answered.set(lease, "committed");
    this.#send(kind, { block, number: lease });
  }

  cancelAll(): void {
    if (this.lost || !this.#connection) return;
    for (const reply_to of this.#pending.keys()) this.#send("cancel", {}, { reply_to });
  }

  sendStop(): void {
    if (!this.lost && this.#connection) this.#send("stop", {}, {});
  }

  /** Reject all that waits; with `blame`, the oldest request counts as the one being worked on. */
  lose(failure: WorkerFailure, blame: boolean): void {
    this.lost = true;
    let started = blame;
    for (const pending of this.#pending.values()) {
      pending.reject(new WorkerLost(failure, started));
      started = false;
    }
    if (this.#pending.size > 0) this.#options.onBusy(false);
    this.#pending.clear();
  }

  #repeated(message: Message): Received {
    const { type, block, lease } = message.header;
    if (type !== "result" || block === null || lease === null) return "duplicate";
    const known = this.#answered.get(lease);
    if (known === "committed") this.acknowledge("committed", block, lease);
    return known ? "duplicate" : "stale";
  }

  #send(
    type: Header["type"],
    lease: { block?: string; number?: number; attempt?: number },
    body?: unknown,
    tensors: readonly Tensor[] = [],
  ): number {
    const seq = this.#seq;
    this.#seq += 1;
    const { run } = this.#options;
    const { peer = "", session = "" } = this.#connection ?? {};
    const { block = null, number = null, attempt = null } = lease;
    const header = { type, run, session, seq, reply_to: null, block, lease: number, attempt };
    this.#options.send(peer, header, body, tensors);
    return seq;
  }
}

function parseAnswer<T extends RequestType>(type: T, lease: Lease | null, message: Message): AnswerBody<T> {
  const kind = message.header.type;
  if (kind === "error") {
    const parsed = errorSchema.safeParse(message.body);
    if (!parsed.success) throw new BadAnswer(`the error that answers ${type}: ${firstIssue(parsed.error)}`);
    throw new RequestFailed(parsed.data);
  }
  const expected = lease ? "result" : "reply";
  if (kind !== expected) throw new BadAnswer(`${type} was answered by ${kind}, not ${expected}`);
  const parsed = ANSWERS[type].safeParse(message.body);
  if (!parsed.success) throw new BadAnswer(`the answer to ${type}: ${firstIssue(parsed.error)}`);
  return parsed.data;
}

function lostFailure(worker: string): WorkerFailure {
  return {
    code: "worker_lost",
    message: `Worker ${worker} is gone.`,
    advice: "Its log says why.",
    retry: "fresh_process",
    samples: [],
  };
}
