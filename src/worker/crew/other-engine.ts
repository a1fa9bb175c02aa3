import { UserError } from "../../util/user-error.js";
import type { Loaded } from "../wire/requests.js";

/** The answer to a load, and the worker that gave it. */
export interface LoadedBy extends Loaded {
  readonly worker: string;
}

/** The failure of a worker that would sample on another engine; `others` is a clause that says which engine the others use. */
export function otherEngine(
  model: string,
  { worker, engine, engine_reason }: Pick<LoadedBy, "worker" | "engine" | "engine_reason">,
  others: string,
): UserError {
  return new UserError(
    `Worker ${worker} runs ${model} on ${engine} (${engine_reason}), but ${others}, and the samples of a run come from one engine: ` +
      "start a new run with --set execution.engine=transformer_lens, in a separate folder.",
  );
}
