import { UserError } from "../../util/user-error.js";
import type { BlockWork } from "../../worker/pool.js";
import type { BlockResult } from "../../worker/wire/results.js";
import type { ForecastWork } from "./forecast-work.js";

type Block = Omit<BlockWork, "model" | "vectorTensors">;

/**
 * Carries out one request of a forecast. Nothing is stored, so the worker is released at once.
 *
 * @throws UserError if no worker could do it.
 */
export async function done(work: ForecastWork, block: Block): Promise<BlockResult> {
  const outcome = await work.pool.run({
    ...block,
    model: work.load,
    vectorTensors: (id) => work.vectorTensors(id),
  });
  if (outcome.kind === "failed") {
    throw new UserError(
      `the forecast of ${work.model.name} failed: ${outcome.error.message} ${outcome.error.advice}`.trim(),
    );
  }
  outcome.committed();
  return outcome.result;
}
