import type { RunFindings } from "../../analysis/findings.js";
import type { Analysis } from "../../config/experiment.js";
import { formatParameters, formatRate, formatStrength } from "../words/format.js";
import { type Block, type Table, table } from "./page.js";
import { reusedSamples } from "./reused-samples.js";

/** The models of the experiment, and how much was sampled of them. */
export function whatWasRun(run: RunFindings, settings: Analysis): Block[] {
  return ["## What was run", modelTable(run), counts(run, settings)];
}

function modelTable({ experiment, models }: RunFindings): Table {
  return table(
    ["model", "parameters", "layers"],
    experiment.models.map(({ name }) => {
      const model = models[name];
      return model === undefined
        ? [name, "not run", "\u2013"]
        : [name, `${formatParameters(model.parameters)} (${model.parameters})`, String(model.layers)];
    }),
  );
}

function counts(run: RunFindings, { confidence }: Analysis): string {
  const { experiment, samples } = run;
  const { question, task } = experiment.decoding;
  return [
    `${samples.all} samples; ${samples.nonFinite} of them ended in non-finite numbers under an edit and count as failures.`,
    ...(samples.development > 0
      ? [`${samples.development} of them were of development questions, for the choice of layers.`]
      : []),
    ...reusedSamples(run),
    `Questions at temperature ${formatStrength(question.temperature)}, at most ${question.max_tokens} tokens; tasks at temperature ${formatStrength(task.temperature)}, at most ${task.max_tokens} tokens; seed ${experiment.seed}; intervals at ${formatRate(confidence)}.`,
  ].join(" ");
}
