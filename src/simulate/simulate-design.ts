import type { SimulatedDesign } from "./simulate-window.js";
import { TRUTH_NAMES } from "./truths.js";

export const SIMULATED_TRUTHS = TRUTH_NAMES;

/** A simulated design with the thresholds and baselines that experiments have by default. */
export function simulationDesign(
  chosen: Pick<SimulatedDesign, "kind" | "precision" | "windowSamples" | "tasks">,
): SimulatedDesign {
  return {
    ...chosen,
    levels: { target: 0.5, capability: 0.9 },
    confidence: 0.95,
    baseline: { question: 64, task: 16 },
  };
}
