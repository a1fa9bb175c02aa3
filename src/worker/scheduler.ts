import { type Lease, Leases } from "./leases.js";
import type { WorkerFailure } from "./messages.js";
import { ModelBook } from "./model-book.js";
import type { LoadedBy } from "./other-engine.js";
import { PoolClosed, type PoolEvent } from "./pool-options.js";
import type { ModelLoad } from "./requests.js";
import { BadAnswer } from "./results.js";
import { type StoredVector, vectorTensors } from "./stored-vector.js";
import { asUserError, modelKey, newTask, type Task, type TaskSpec, withResolvers } from "./task.js";
import { TaskQueue } from "./task-queue.js";
import { RequestFailed, type WorkerClient, WorkerLost } from "./worker-client.js";

export interface SchedulerOptions {
  readonly maxAttempts: number;
  readonly firstLease: number;
  /** Workers that can be given work. */
  readonly workers: () => readonly WorkerClient[];
  /** End and replace a worker that cannot be trusted any more. */
  readonly replace: (client: WorkerClient, failure: WorkerFailure) => void;
  readonly onEvent: (event: PoolEvent) => void;
}

/** Blocks a worker has at a time: one being done, one waiting in it so that it never idles. */
const CREDITS = 2;

/** Hands queued work to workers, brings them to where they can do it, and decides what happens after a failure. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #queue = new TaskQueue();
  readonly #leases: Leases;
  readonly #models: ModelBook;
  readonly #feeding = new Set<WorkerClient>();
  readonly #underWay = new Set<Promise<void>>();
  #ended: Error | null = null;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#leases = new Leases(options.firstLease);
    this.#models = new ModelBook(options.maxAttempts);
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

  /** Take nothing on any more and reject what waits; the first reason is the one that counts. */
  end(reason: Error): void {
    this.#ended ??= reason;
    for (const task of this.#queue.removeAll()) task.reject(this.#ended);
  }

  /** Resolves once nothing is under way. */
  async drained(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Have a worker load a model, or confirm the one that it holds. */
  async load(client: WorkerClient, model: ModelLoad): Promise<LoadedBy> {
    const key = modelKey(model);
    if (client.model !== key) {
      client.model = key;
      client.loaded = false;
      client.vectors.clear();
    }
    try {
      const { body } = await client.request("load", model);
      const { ref } = model.model;
      const loaded = { ...body, worker: client.name };
      this.#models.loaded(key, ref, loaded);
      client.loaded = true;
      this.#options.onEvent({ kind: "model_loaded", worker: client.name, ref, seconds: body.load_seconds });
      return loaded;
    } catch (error) {
      client.model = null;
      client.loaded = false;
      throw error;
    }
  }

  /** Have a worker load the model that it will need first; work that needs it loads it again where that failed. */
  preload(client: WorkerClient, model: ModelLoad): void {
    const loading = this.load(client, model).then(
      () => this.feed(),
      () => this.feed(),
    );
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

  /** Bring a worker to where it can do the task, and do it there; a failure decides whether and how it is tried again. */
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
    if (client.model === modelKey(model) && client.loaded) return;
    try {
      await this.load(client, model);
    } catch (error) {
      throw new ModelNotLoaded(error);
    }
  }

  #onFailure(client: WorkerClient, task: Task, error: unknown): void {
    const loading = error instanceof ModelNotLoaded;
    const cause = loading ? error.cause : error;
    if (cause instanceof WorkerLost) {
      this.#again(task, cause.failure, cause.started, loading);
    } else if (cause instanceof BadAnswer) {
      const failure = badAnswer(client, task, cause);
      this.#options.replace(client, failure);
      this.#again(task, failure, true, loading);
    } else if (cause instanceof RequestFailed) {
      this.#onError(client, task, cause.failure, loading);
    } else {
      task.reject(asError(cause));
    }
  }

  #onError(client: WorkerClient, task: Task, failure: WorkerFailure, loading: boolean): void {
    switch (failure.retry) {
      case "fresh_process":
      case "worker_fatal":
        this.#options.replace(client, failure);
        this.#again(task, failure, true, loading);
        break;
      case "same":
        this.#again(task, failure, true, loading);
        break;
      case "none":
        task.reject(this.#ended ?? new PoolClosed(failure.message));
        break;
      case "run_fatal":
        task.reject(asUserError(failure));
        break;
      case "smaller":
      case "sample_failed":
        // A model that does not fit will not fit a smaller block either.
        if (loading) task.reject(asUserError(failure));
        else task.fail(failure, task.attempt);
    }
  }

  /** Queue a task again; a try counts where the task, not bad luck in the queue, may have spoiled it. */
  #again(task: Task, failure: WorkerFailure, counts: boolean, loading: boolean): void {
    if (this.#ended) {
      task.reject(this.#ended);
    } else if (counts && loading && task.model && this.#models.failed(modelKey(task.model))) {
      task.reject(asUserError(failure));
    } else if (counts && !loading && task.attempt >= this.#options.maxAttempts) {
      task.fail(failure, task.attempt);
    } else {
      if (counts && !loading) task.attempt += 1;
      this.#options.onEvent({ kind: "retry", work: task.label, attempt: task.attempt, failure });
      this.#queue.pushFirst(task);
    }
  }
}

/** A model that a task needs could not be loaded: no fault of the task. */
class ModelNotLoaded extends Error {
  override readonly name = "ModelNotLoaded";

  constructor(cause: unknown) {
    super("The model could not be loaded.", { cause });
  }
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

function badAnswer(client: WorkerClient, task: Task, error: BadAnswer): WorkerFailure {
  return {
    code: "bad_answer",
    message: `Worker ${client.name} gave an answer to ${task.label} that the protocol does not allow: ${error.message}.`,
    advice: "Check that the worker and the orchestrator come from the same version.",
    retry: "fresh_process",
    samples: [],
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
