/** Where the curves of a forecast count as crossed. */
export interface ForecastLevels {
  /** Collapse: share of its own answers' unsteered probability that the model has kept. */
  readonly kept: number;
  /** Onset: log-odds of the right answer against the target, nats. */
  readonly logOdds: number;
}

/** Levels that stand for a capability at `capability` times its baseline and for an onset at half of the answers. */
export function forecastLevels(capability: number): ForecastLevels {
  return { kept: capability, logOdds: 0 };
}
