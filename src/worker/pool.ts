import { Crew } from "./crew/crew.js";
import type { LoadedBy } from "./crew/other-engine.js";
import type { Lease } from "./leases.js";
import { DEFAULT_TIMING, PoolClosed, type PoolOptions } from "./pool-options.js";
import { Scheduler } from "./scheduler.js";
import { withResolvers } from "./task.js";
import type { Tensor } from "./wire/frames.js";
import type { HelloInfo, WorkerFailure } from "./wire/messages.js";
import type {
  AccessibilityRequest,
  CalibrateBody,
  Catalogue,
  FitReply,
  FitRequest,
  GenerateBody,
  LogprobsBody,
  ModelLoad,
  ParamEntry,
  ParamProblem,
  RequestBody,
  RequestType,
  SpeedTestReply,
  SpeedTestRequest,
  TokenizeReply,
  TokenizeRequest,
} from "./wire/requests.js";
import {
  BadAnswer,
  type BlockResult,
  calibrateResult,
  generateResult,
  type LensReading,
  lensReadings,
  logprobsResult,
} from "./wire/results.js";
import type { StoredVector } from "./wire/stored-vector.js";
import type { Answer, WorkerClient } from "./worker-client.js";

export { DEFAULT_TIMING, PoolClosed, type PoolEvent, type PoolOptions, type Timing } from "./pool-options.js";
export type { HelloInfo, WorkerFailure } from "./wire/messages.js";
export type { LensReading } from "./wire/results.js";
export type { StoredVector } from "./wire/stored-vector.js";

export interface FittedVector extends FitReply {
  readonly tensors: readonly Tensor[];
}

/** What a block asks, by its kind. */
export type BlockRequest =
  | { readonly kind: "generate"; readonly body: GenerateBody }
  | { readonly kind: "logprobs"; readonly body: LogprobsBody }
  | { readonly kind: "calibrate"; readonly body: CalibrateBody };

export interface BlockWork {
  readonly block: string;
  readonly model: ModelLoad;
  readonly request: BlockRequest;
  /** Ids of the vectors that the edits of the request name. */
  readonly vectors: readonly string[];
  /** Asked once for each worker that does not hold the vector yet. */
  vectorTensors(id: string): StoredVector | Promise<StoredVector>;
  /** Samples, or items, in the request. */
  readonly samples: number;
}

export type BlockOutcome =
  | {
      readonly kind: "done";
      readonly result: BlockResult;
      readonly worker: string;
      readonly lease: number;
      readonly attempt: number;
      /** To be called once, after the result is durable: the worker forgets it and may be given more. */
      committed(): void;
    }
  | { readonly kind: "failed"; readonly error: WorkerFailure; readonly attempts: number };

/** Everything that the orchestrator asks of its workers. Failures that stop a run reject with UserError. */
export interface Pool {
  readonly size: number;
  hello(): HelloInfo;
  catalogue(): Promise<Catalogue>;
  checkParams(entries: readonly ParamEntry[]): Promise<readonly ParamProblem[]>;
  tokenize(request: TokenizeRequest): Promise<TokenizeReply>;
  load(model: ModelLoad): Promise<LoadedBy>;
  fit(model: ModelLoad, request: FitRequest): Promise<FittedVector>;
  /** The logit lens on the unedited model: readings by prompt and layer, null if one answer's tokens begin the other's. */
  accessibility(
    model: ModelLoad,
    request: AccessibilityRequest,
  ): Promise<readonly (readonly LensReading[] | null)[]>;
  /** How fast a worker decodes, and the peak rates of its device. */
  speedTest(model: ModelLoad, request: SpeedTestRequest): Promise<SpeedTestReply>;
  run(work: BlockWork): Promise<BlockOutcome>;
  /** Reject waiting work, let work under way finish for a while, and stop the workers. */
  close(): Promise<void>;
  /** End the workers at once and reject everything, with the given reason if there is one. */
  kill(reason?: Error): void;
}

interface Introduction {
  readonly hello: HelloInfo;
  readonly catalogue: Catalogue;
}

/** Start the workers; resolves when the first is ready, and the others join later. */
export async function openPool(options: PoolOptions): Promise<Pool> {
  const pool = new WorkerPool(options);
  await pool.open();
  return pool;
}

class WorkerPool implements Pool {
  readonly #options: PoolOptions;
  readonly #crew: Crew;
  readonly #scheduler: Scheduler;
  readonly #drainMs: number;
  readonly #first = withResolvers<Introduction>();
  #introduction: Introduction | null = null;
  readonly #onAbort = () => this.kill(new PoolClosed("The run was interrupted."));

  constructor(options: PoolOptions) {
    const timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#options = options;
    this.#drainMs = timing.drainMs;
    this.#crew = new Crew(options, timing, {
      onReady: (client, hello, catalogue) => {
        this.#introduction ??= { hello, catalogue };
        this.#first.resolve(this.#introduction);
        if (options.preload) this.#scheduler.preload(client, options.preload);
        this.#scheduler.feed();
      },
      onHopeless: (error) => this.#end(error),
    });
    this.#scheduler = new Scheduler({
      maxAttempts: options.maxAttempts,
      firstLease: options.firstLease ?? 1,
      workers: () => this.#crew.ready,
      replace: (client, failure) => this.#crew.lose(client, failure, false),
      onEvent: (event) => options.onEvent?.(event),
    });
  }

  get size(): number {
    return this.#options.workers;
  }

  async open(): Promise<void> {
    const { signal } = this.#options;
    if (signal?.aborted) throw new PoolClosed("The run was interrupted.");
    signal?.addEventListener("abort", this.#onAbort);
    try {
      await this.#crew.open();
      await this.#first.promise;
    } catch (error) {
      this.kill();
      await this.close();
      throw error;
    }
  }

  hello(): HelloInfo {
    if (!this.#introduction) throw new Error("No worker has said hello yet.");
    return this.#introduction.hello;
  }

  async catalogue(): Promise<Catalogue> {
    return (await this.#first.promise).catalogue;
  }

  async checkParams(entries: readonly ParamEntry[]): Promise<readonly ParamProblem[]> {
    const answer = await this.#ask("the check of parameters", "check_params", { entries });
    return answer.body.problems;
  }

  async tokenize(request: TokenizeRequest): Promise<TokenizeReply> {
    return (await this.#ask(`tokenizing for ${request.model.ref}`, "tokenize", request)).body;
  }

  load(model: ModelLoad): Promise<LoadedBy> {
    return this.#scheduler.submit({
      label: `loading ${model.model.ref}`,
      model,
      alone: true,
      perform: (client) => this.#scheduler.load(client, model),
    });
  }

  fit(model: ModelLoad, request: FitRequest): Promise<FittedVector> {
    return this.#scheduler.submit({
      label: `the fit of vector ${request.vector}`,
      model,
      block: request.vector,
      perform: async (client, lease) => {
        const { body, tensors } = await client.request("fit", request, { lease });
        if (body.vector !== request.vector)
          throw new BadAnswer(`the fit of ${body.vector} for ${request.vector}`);
        client.vectors.add(request.vector);
        if (lease) this.#scheduler.acknowledge(client, lease);
        return { ...body, tensors };
      },
    });
  }

  accessibility(model: ModelLoad, request: AccessibilityRequest) {
    return this.#scheduler.submit({
      label: `the accessibility of ${request.prompts.length} prompts`,
      model,
      perform: async (client) => {
        const { body, tensors } = await client.request("accessibility", request);
        return lensReadings(body, tensors, request.prompts.length);
      },
    });
  }

  speedTest(model: ModelLoad, request: SpeedTestRequest): Promise<SpeedTestReply> {
    return this.#scheduler.submit({
      label: `the speed test of ${model.model.ref}`,
      model,
      perform: async (client) => (await client.request("speed_test", request)).body,
    });
  }

  run(work: BlockWork): Promise<BlockOutcome> {
    return this.#scheduler.submit<BlockOutcome>({
      label: `block ${work.block}`,
      model: work.model,
      block: work.block,
      vectors: work.vectors,
      vectorTensors: (id) => work.vectorTensors(id),
      perform: async (client, lease) => {
        if (!lease) throw new Error(`Block ${work.block} was sent without a lease.`);
        const result = await this.#request(client, lease, work);
        const { worker, number, attempt } = lease;
        const committed = () => this.#scheduler.acknowledge(client, lease);
        return { kind: "done", result, worker, lease: number, attempt, committed };
      },
      failed: (error, attempts) => ({ kind: "failed", error, attempts }),
    });
  }

  async close(): Promise<void> {
    this.#end(new PoolClosed("The pool was closed."));
    const patience = withResolvers<void>();
    const timeout = setTimeout(() => patience.resolve(), this.#drainMs);
    await Promise.race([this.#scheduler.drained(), patience.promise]);
    clearTimeout(timeout);
    await this.#crew.close();
    await this.#scheduler.drained();
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
  }

  kill(reason: Error = new PoolClosed("The pool was killed.")): void {
    this.#end(reason);
    this.#crew.kill();
  }

  #end(reason: Error): void {
    this.#crew.stopReplacing();
    this.#first.promise.catch(() => {});
    this.#first.reject(reason);
    this.#scheduler.end(reason);
  }

  #ask<T extends RequestType>(label: string, type: T, body: RequestBody<T>): Promise<Answer<T>> {
    return this.#scheduler.submit({ label, perform: (client) => client.request(type, body) });
  }

  async #request(client: WorkerClient, lease: Lease, { request, samples }: BlockWork): Promise<BlockResult> {
    switch (request.kind) {
      case "generate": {
        const { body, tensors } = await client.request("generate", request.body, { lease });
        return generateResult(body, tensors, samples);
      }
      case "logprobs": {
        const { body, tensors } = await client.request("logprobs", request.body, { lease });
        return logprobsResult(body, tensors, samples);
      }
      case "calibrate": {
        const { body, tensors } = await client.request("calibrate", request.body, { lease });
        return calibrateResult(body, tensors, samples);
      }
    }
  }
}
