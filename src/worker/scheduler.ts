import { UserError } from "../util/user-error.js";
import { asError, BREACHES, judgeFailure, type Verdict } from "./crew/judge-failure.js";
import type { LoadedBy } from "./crew/other-engine.js";
import { type Lease, Leases } from "./leases.js";
import { ModelBook } from "./model-book.js";
import type { PoolEvent } from "./pool-options.js";
import { asUserError, modelKey, newTask, type Task, type TaskSpec, withResolvers } from "./task.js";
import { TaskQueue } from "./task-queue.js";
import type { WorkerFailure } from "./wire/messages.js";
import type { ModelLoad } from "./wire/requests.js";
import { type StoredVector, vectorTensors } from "./wire/stored-vector.js";
import type { WorkerClient } from "./worker-client.js";

interface SchedulerOptions {
  readonly maxAttempts: number;
  readonly firstLease: number;
  /** Workers that can be given work. */
  readonly workers: () => readonly WorkerClient[];
  /** End and replace a worker that can no longer be trusted. */
  readonly replace: (client: WorkerClient, failure: WorkerFailure) => void;
  readonly onEvent: (event: PoolEvent) => void;
}

/** Blocks that a worker has at a time: one in progress, and one waiting so that it never idles. */
const CREDITS = 2;
/** Operations per second if a worker measures none: a low rate, since deadlines follow from it. */
const UNMEASURED_FLOPS = 1e10;

/** Gives queued work to workers, prepares them for it, and decides what happens after a failure. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #queue = new TaskQueue();
  readonly #leases: Leases;
  readonly #models = new ModelBook();
  readonly #feeding = new Set<WorkerClient>();
  readonly #underWay = new Set<Promise<void>>();
  #ended: Error | null = null;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#leases = new Leases(options.firstLease);
  }

  submit<T>(spec: TaskSpec<T>): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended);
    const { task, outcome } = newTask(spec);
    this.#queue.push(task);
    this.feed();
    return outcome;
  }

  /** Look for work for every worker; called whenever something changed. */
  feed(): void {
    // Idle workers first: work that may go anywhere should not wait behind a block.
    const clients = [...this.#options.workers()].sort((a, b) => a.pending - b.pending);
    for (const client of clients) this.#feed(client).catch((error: unknown) => this.end(asError(error)));
  }

  /** Accept no more work and reject what waits; the first reason counts. */
  end(reason: Error): void {
    this.#ended ??= reason;
    for (const task of this.#queue.removeAll()) task.reject(this.#ended);
  }

  /** Resolves once nothing is under way. */
  async drained(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Have a worker load a model, or confirm the one that it holds. Rejects with ModelNotLoaded. */
  async load(client: WorkerClient, model: ModelLoad): Promise<LoadedBy> {
    const key = modelKey(model);
    if (client.model !== key) {
      client.model = key;
      client.holds = null;
      client.vectors.clear();
    }
    try {
      const { body } = await client.request("load", model);
      const { ref } = model.model;
      const loaded = { ...body, worker: client.name };
      this.#models.loaded(key, ref, loaded);
      const { flops_per_token, matmul_flops } = body;
      client.holds = { ref, secondsPerToken: flops_per_token / (matmul_flops ?? UNMEASURED_FLOPS) };
      this.#options.onEvent({ kind: "model_loaded", worker: client.name, ref, seconds: body.load_seconds });
      return loaded;
    } catch (error) {
      client.model = null;
      client.holds = null;
      throw new ModelNotLoaded(error);
    }
  }

  /** Have a worker load the model that it will need first; without it, nothing can be done. */
  preload(client: WorkerClient, model: ModelLoad): void {
    const loading = this.load(client, model)
      .then(() => {})
      .catch((error: unknown) => {
        const hopeless = this.#onLoadFailure(client, model, causeOf(error));
        if (hopeless) this.end(hopeless);
      })
      .finally(() => this.feed());
    this.#underWay.add(loading);
    loading.finally(() => this.#underWay.delete(loading)).catch(() => {});
  }

  /** End a lease whose result is safe: the worker forgets it and its credit is free. */
  acknowledge(client: WorkerClient, lease: Lease): void {
    if (!this.#leases.isCurrent(lease)) return;
    this.#leases.end(lease);
    client.leased -= 1;
    client.acknowledge("committed", lease.block, lease.number);
    this.feed();
  }

  /** Give a worker work until it has enough; one feeding at a time, since a model must be there before its blocks. */
  async #feed(client: WorkerClient): Promise<void> {
    if (this.#feeding.has(client)) return;
    this.#feeding.add(client);
    try {
      for (let task = this.#take(client); task; task = this.#take(client)) {
        const work = this.#dispatch(client, task);
        this.#underWay.add(work.finished);
        work.finished.finally(() => this.#underWay.delete(work.finished)).catch(() => {});
        await work.sent;
      }
    } finally {
      this.#feeding.delete(client);
    }
  }

  #take(client: WorkerClient): Task | null {
    if (client.lost || !client.ready) return null;
    const others = this.#options
      .workers()
      .filter((other) => other !== client)
      .map((other) => other.model);
    const credits = CREDITS - client.leased;
    return this.#queue.take({ model: client.model, credits, pending: client.pending }, others);
  }

  #dispatch(
    client: WorkerClient,
    task: Task,
  ): { readonly sent: Promise<void>; readonly finished: Promise<void> } {
    const sent = withResolvers<void>();
    if (task.block !== null) client.leased += 1;
    const finished = this.#perform(client, task, () => sent.resolve()).finally(() => {
      sent.resolve();
      this.feed();
    });
    return { sent: sent.promise, finished };
  }

  /** Prepare a worker for the task and do it there; a failure decides whether and how it is retried. */
  async #perform(client: WorkerClient, task: Task, onSent: () => void): Promise<void> {
    let lease: Lease | null = null;
    try {
      if (task.model && !task.alone) await this.#ensureModel(client, task.model);
      const vectors = await missingVectors(client, task);
      const puts = vectors.map(([id, vector]) => putVector(client, id, vector));
      lease = task.block === null ? null : this.#leases.issue(task.block, client.name, task.attempt);
      const answer = task.perform(client, lease);
      onSent();
      await Promise.all([...puts, answer]);
    } catch (error) {
      if (task.block !== null) client.leased -= 1;
      if (lease) this.#leases.end(lease);
      this.#onFailure(client, task, error);
    }
  }

  async #ensureModel(client: WorkerClient, model: ModelLoad): Promise<void> {
    if (client.model !== modelKey(model) || !client.holds) await this.load(client, model);
  }

  #onFailure(client: WorkerClient, task: Task, error: unknown): void {
    if (error instanceof ModelNotLoaded && task.model) {
      const hopeless = this.#onLoadFailure(client, task.model, error.cause);
      if (hopeless) task.reject(this.#ended ?? hopeless);
      else this.#again(task);
      return;
    }
    const verdict = this.#judge(client, task.label, error);
    if (verdict.kind === "stop") {
      task.reject(this.#ended ?? verdict.error);
    } else if (verdict.kind === "fail") {
      task.fail(verdict.failure, task.attempt);
    } else if (this.#ended) {
      task.reject(this.#ended);
    } else if (verdict.counts && task.attempt >= this.#options.maxAttempts) {
      // A protocol violation is not the fault of the samples.
      if (BREACHES.has(verdict.failure.code)) task.reject(asUserError(verdict.failure));
      else task.fail(verdict.failure, task.attempt);
    } else {
      if (verdict.counts) {
        task.attempt += 1;
        this.#sayRetry(task.label, task.attempt, verdict.failure);
      }
      this.#again(task);
    }
  }

  /** Count a failed load; returns the error if loading the model again is useless. */
  #onLoadFailure(client: WorkerClient, model: ModelLoad, cause: unknown): Error | null {
    const { ref } = model.model;
    const verdict = this.#judge(client, `loading ${ref}`, cause);
    if (verdict.kind === "stop") return verdict.error;
    // A model that does not fit will not fit a smaller block either.
    if (verdict.kind === "fail") return asUserError(verdict.failure);
    if (!verdict.counts) return null;
    const failures = this.#models.failed(modelKey(model));
    if (failures >= this.#options.maxAttempts) return notLoaded(ref, failures, verdict.failure);
    this.#sayRetry(`loading ${ref}`, failures + 1, verdict.failure);
    return null;
  }

  #judge(client: WorkerClient, work: string, cause: unknown): Verdict {
    const verdict = judgeFailure(client.name, work, cause);
    if (verdict.kind === "retry" && verdict.replace) this.#options.replace(client, verdict.failure);
    return verdict;
  }

  #sayRetry(work: string, attempt: number, failure: WorkerFailure): void {
    if (!this.#ended) this.#options.onEvent({ kind: "retry", work, attempt, failure });
  }

  /** Queue a task again, before all others. */
  #again(task: Task): void {
    if (this.#ended) task.reject(this.#ended);
    else this.#queue.pushFirst(task);
  }
}

/** A model that a task needs could not be loaded, which is not the task's fault. */
class ModelNotLoaded extends Error {
  override readonly name = "ModelNotLoaded";

  constructor(cause: unknown) {
    super("The model could not be loaded.", { cause });
  }
}

const causeOf = (error: unknown): unknown => (error instanceof ModelNotLoaded ? error.cause : error);

function notLoaded(ref: string, times: number, { message, advice }: WorkerFailure): UserError {
  return new UserError(`${ref} could not be loaded, ${times} times in a row: ${message} ${advice}`.trim());
}

async function missingVectors(
  client: WorkerClient,
  task: Task,
): Promise<(readonly [string, StoredVector])[]> {
  const missing = [...new Set(task.vectors)].filter((id) => !client.vectors.has(id));
  return Promise.all(missing.map(async (id) => [id, await task.vectorTensors(id)] as const));
}

async function putVector(client: WorkerClient, id: string, vector: StoredVector): Promise<void> {
  client.vectors.add(id);
  try {
    await client.request("put", { vector: id, layer: vector.layer }, { tensors: vectorTensors(vector) });
  } catch (error) {
    client.vectors.delete(id);
    throw error;
  }
}
