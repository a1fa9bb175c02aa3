/** Levels at which the curves of a forecast count as crossed. */
export interface ForecastLevels {
  /** Collapse: share of the unsteered probability of its own answers that the model keeps. */
  readonly kept: number;
  /** Onset: probability of the target in the forced choice, as a share of the right answer's unsteered one. */
  readonly target: number;
}

/**
 * Levels that correspond to a capability of `capability` times its baseline and a target rate of `target`. About half of
 * the probability that the model's own answers lose goes to others that pass as well: over the nano ladder's 552 sampled
 * cells, capability was the square root of the share kept, within .05 in bins from .1 to 1.
 */
export function forecastLevels(capability: number, target = 0.5): ForecastLevels {
  return { kept: capability ** 2, target };
}
