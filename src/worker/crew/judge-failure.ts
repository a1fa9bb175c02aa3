import { PoolClosed } from "../pool-options.js";
import { asUserError } from "../task.js";
import type { WorkerFailure } from "../wire/messages.js";
import { BadAnswer } from "../wire/results.js";
import { RequestFailed, WorkerLost } from "../worker-client.js";

/** What follows from a failure for the affected work. */
export type Verdict =
  | {
      /** The work is to be done again. */
      readonly kind: "retry";
      readonly failure: WorkerFailure;
      /** The work itself may have caused the failure. */
      readonly counts: boolean;
      /** The worker can no longer be trusted. */
      readonly replace: boolean;
    }
  /** The work is to be done differently, in smaller parts or without a sample. */
  | { readonly kind: "fail"; readonly failure: WorkerFailure }
  | { readonly kind: "stop"; readonly error: Error };

/** Codes of protocol violations, which are not the fault of the samples. */
export const BREACHES: ReadonlySet<string> = new Set(["bad_answer", "bad_message"]);

/** `work` names the request, as in "block 3f2a". */
export function judgeFailure(worker: string, work: string, cause: unknown): Verdict {
  if (cause instanceof WorkerLost) {
    return { kind: "retry", failure: cause.failure, counts: cause.started, replace: false };
  }
  if (cause instanceof BadAnswer) {
    return { kind: "retry", failure: badAnswer(worker, work, cause), counts: true, replace: true };
  }
  if (!(cause instanceof RequestFailed)) return { kind: "stop", error: asError(cause) };
  const { failure } = cause;
  switch (failure.retry) {
    case "fresh_process":
    case "worker_fatal":
      return { kind: "retry", failure, counts: true, replace: true };
    case "same":
      return { kind: "retry", failure, counts: true, replace: false };
    case "none":
      return { kind: "stop", error: new PoolClosed(failure.message) };
    case "run_fatal":
      return { kind: "stop", error: asUserError(failure) };
    case "smaller":
    case "sample_failed":
      return { kind: "fail", failure };
  }
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function badAnswer(worker: string, work: string, error: BadAnswer): WorkerFailure {
  return {
    code: "bad_answer",
    message: `Worker ${worker} gave an answer to ${work} that the protocol does not allow: ${error.message}.`,
    advice: "Check that the worker and the orchestrator come from the same version.",
    retry: "fresh_process",
    samples: [],
  };
}
