import type { Experiment } from "../../config/experiment.js";
import type { DesignSettings } from "../../plan/design/design.js";
import { lowestOf } from "../../statistics/extremes.js";
import type { DesignRecord } from "../../store/design-record.js";

/**
 * The settings by which rounds are chosen, fixed at a run's first start: thresholds as they were before data, and a limit
 * in minutes converted to samples by the rate that the plan expects.
 */
export function frozenSettings(
  experiment: Experiment,
  samplesPerSecond: () => number,
): DesignRecord["settings"] {
  const { analysis, design, execution } = experiment;
  const inTime =
    design.max_minutes === null ? null : Math.floor(design.max_minutes * 60 * samplesPerSecond());
  const limits = [design.max_samples, inTime].filter((limit) => limit !== null);
  return {
    target_threshold: analysis.target_threshold,
    capability_threshold: analysis.capability_threshold,
    confidence: analysis.confidence,
    precision: design.precision,
    window_samples: design.window_samples,
    max_samples: limits.length === 0 ? null : lowestOf(limits),
    round_samples: execution.block,
  };
}

export function designSettings(frozen: DesignRecord["settings"], seed: number): DesignSettings {
  const { target_threshold: target, capability_threshold: capability } = frozen;
  const { confidence, precision, window_samples, round_samples } = frozen;
  return {
    levels: { target, capability },
    confidence,
    precision,
    window_samples,
    samples_left: null,
    round_samples,
    seed,
  };
}
