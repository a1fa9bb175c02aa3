import { canonicalJson } from "../util/canonical-json.js";
import { UserError } from "../util/user-error.js";
import type { Lease } from "./leases.js";
import type { WorkerFailure } from "./wire/messages.js";
import type { ModelLoad } from "./wire/requests.js";
import type { StoredVector } from "./wire/stored-vector.js";
import type { WorkerClient } from "./worker-client.js";

/** Work that waits for a worker, or is being done by one. */
export interface Task {
  /** "block 3f2a", "the fit of vector 90c1": for messages. */
  readonly label: string;
  /** Model that the worker must hold before. */
  readonly model: ModelLoad | null;
  /** Only on a worker that has nothing else to do, since it may change the model. */
  readonly alone: boolean;
  /** Leased under this block id; null for work without a lease. */
  readonly block: string | null;
  readonly vectors: readonly string[];
  vectorTensors(id: string): StoredVector | Promise<StoredVector>;
  attempt: number;
  /** Send the request and settle the task with its answer; rejects where that failed. */
  perform(client: WorkerClient, lease: Lease | null): Promise<void>;
  /** Settle with a failure after `attempts` tries. */
  fail(failure: WorkerFailure, attempts: number): void;
  reject(error: Error): void;
}

export interface TaskSpec<T> {
  readonly label: string;
  readonly model?: ModelLoad;
  readonly alone?: boolean;
  readonly block?: string;
  readonly vectors?: readonly string[];
  readonly vectorTensors?: (id: string) => StoredVector | Promise<StoredVector>;
  readonly perform: (client: WorkerClient, lease: Lease | null) => Promise<T>;
  /** What a failure that cannot be retried resolves to; without it the task rejects with a UserError. */
  readonly failed?: (failure: WorkerFailure, attempts: number) => T;
}

export function newTask<T>(spec: TaskSpec<T>): { readonly task: Task; readonly outcome: Promise<T> } {
  const { promise: outcome, resolve, reject } = withResolvers<T>();
  const task: Task = {
    label: spec.label,
    model: spec.model ?? null,
    alone: spec.alone ?? false,
    block: spec.block ?? null,
    vectors: spec.vectors ?? [],
    vectorTensors(id) {
      if (!spec.vectorTensors) throw new Error(`${spec.label} needs vector ${id}, and nothing supplies it.`);
      return spec.vectorTensors(id);
    },
    attempt: 1,
    perform: async (client, lease) => resolve(await spec.perform(client, lease)),
    fail: (failure, attempts) => {
      if (spec.failed) resolve(spec.failed(failure, attempts));
      else reject(asUserError(failure));
    },
    reject,
  };
  return { task, outcome };
}

/** Identifies a model by what determines how it is loaded; the prompts for the norms do not. */
export function modelKey(model: ModelLoad): string {
  return canonicalJson(model.model);
}

export function asUserError(failure: WorkerFailure): UserError {
  return new UserError(`${failure.message} ${failure.advice}`.trim());
}

/** `Promise.withResolvers`, which Node 20 lacks. */
export function withResolvers<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
} {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
