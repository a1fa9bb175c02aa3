import { seededRandom } from "../util/random.js";
import { type SimulatedDesign, simulateWindow } from "./simulate-window.js";
import { drawTruth, type StatedTruth, statedTruth, type TruthName } from "./truths.js";
import type { Simulated } from "./verdict.js";

/** Simulated experiments of one truth. Each is seeded by its number, so their distribution over processes changes nothing. */
export interface SimulationJob {
  readonly truth: TruthName | StatedTruth;
  readonly design: SimulatedDesign;
  readonly seed: number;
}

export function simulateOne({ truth, design, seed }: SimulationJob, experiment: number): Simulated {
  const name = typeof truth === "string" ? truth : "stated";
  const key = `${seed}/${name}/${experiment}`;
  const drawn =
    typeof truth === "string"
      ? drawTruth(truth, design.tasks, design.levels, seededRandom(`${key}/truth`))
      : statedTruth(truth, design.tasks, design.levels);
  return simulateWindow(drawn, design, `${key}/${design.kind}`);
}
