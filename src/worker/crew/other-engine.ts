import { UserError } from "../../util/user-error.js";
import type { Loaded } from "../wire/requests.js";

/** What a load showed, and the worker that answered it. */
export interface LoadedBy extends Loaded {
  readonly worker: string;
}

/** A worker that would sample on another engine; `others` says who runs the model on which, as a clause. */
export function otherEngine(
  model: string,
  { worker, engine, engine_reason }: Pick<LoadedBy, "worker" | "engine" | "engine_reason">,
  others: string,
): UserError {
  return new UserError(
    `Worker ${worker} runs ${model} on ${engine} (${engine_reason}), but ${others}, and the samples of a run come from one engine: ` +
      "start a new run with --set execution.engine=transformer_lens, in a folder of its own.",
  );
}
