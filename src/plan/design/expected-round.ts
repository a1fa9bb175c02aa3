import type { ActivationMethod, Experiment } from "../../config/experiment.js";
import { layerIndex } from "../layer-index.js";
import type { Plan, PlannedModel } from "../plan.js";
import type { Round, RoundCell } from "../round.js";
import { SHORTLIST, stageSamples } from "./screen-layers.js";

/** Strengths over which a window's expected samples are spread; their number affects only the cells. */
export const EXPECTED_STRENGTHS = 12;
/** Assumed depth of a layer that is yet to be chosen. */
const DEPTH = 0.75;

/**
 * What the rounds of a search are expected to add, as one round, whose cost is computed like any other's. Samples are
 * those that a window of the stated precision takes by simulation, at most `window_samples`; half of them are answers.
 */
export function expectedRound(experiment: Experiment, plan: Plan, samplesOfWindow: number): Round {
  const tasks = experiment.capabilities.reduce((sum, capability) => sum + capability.tasks.length, 0);
  const spread = (samples: number) => ({
    question_samples: Math.ceil(samples / 2 / EXPECTED_STRENGTHS),
    task_samples: Math.ceil(samples / 2 / EXPECTED_STRENGTHS / Math.max(1, tasks)),
  });
  const methods = experiment.methods.filter((method) => method.kind === "activation");
  const windows = methods.filter(({ strengths }) => strengths.kind === "search");
  const screened = methods.filter(({ layers, role }) => layers === "auto" && role === "method");
  const perWindow = Math.min(samplesOfWindow, experiment.design.window_samples);
  const cells = plan.models.flatMap((model) => [
    ...windows.flatMap((method) =>
      layersOf(method, model).flatMap((layer) =>
        experiment.questions.flatMap(({ id }) => cellsOf(model, method, id, layer, spread(perWindow))),
      ),
    ),
    ...screened.flatMap((method) =>
      Array.from({ length: Math.min(SHORTLIST, model.shape.layers) }, (_, layer) =>
        experiment.development.flatMap(({ id }) =>
          cellsOf(model, method, id, layer, spread(stageSamples(layer < SHORTLIST / 2 ? 1 : 0))),
        ),
      ).flat(),
    ),
  ]);
  return { index: 0, stage: "windows", step: 0, vectors: [], cells };
}

function layersOf({ layers }: ActivationMethod, { shape }: PlannedModel): readonly number[] {
  return (layers === "auto" ? [DEPTH] : layers).map((layer) => layerIndex(layer, shape.layers));
}

function cellsOf(
  model: PlannedModel,
  { name, draws, strengths }: ActivationMethod,
  question: string,
  layer: number,
  samples: Pick<RoundCell, "question_samples" | "task_samples">,
): RoundCell[] {
  const [from, to] = strengths.kind === "search" ? [strengths.from, strengths.to] : [1, 2];
  return Array.from({ length: EXPECTED_STRENGTHS }, (_, step) => ({
    model: model.name,
    method: name,
    question,
    layer,
    draw: step % draws,
    strength: from * (to / from) ** ((step + 0.5) / EXPECTED_STRENGTHS),
    ...samples,
  }));
}
