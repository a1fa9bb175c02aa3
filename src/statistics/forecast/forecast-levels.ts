/** Where the curves of a forecast count as crossed. */
export interface ForecastLevels {
  /** Collapse: share of its own answers' unsteered probability that the model has kept. */
  readonly kept: number;
  /** Onset: probability of the target in the forced choice, as a share of the right answer's unsteered one. */
  readonly target: number;
}

/**
 * Levels that stand for a capability at `capability` times its baseline and a target rate of `target`. About half of the
 * probability that leaves the own answers goes to others that pass as well: over the nano ladder's 552 sampled cells
 * capability was the square root of the share kept, in bins from .1 to 1, within .05.
 */
export function forecastLevels(capability: number, target = 0.5): ForecastLevels {
  return { kept: capability ** 2, target };
}
