import type { LoadedExperiment } from "../load-experiment.js";
import { problemOf } from "../origins.js";
import { type Problem, shown, throwProblems } from "../problem.js";

/** Throws a UserError with every layer outside a model; `shapes` is keyed by model name. */
export function checkAgainstShapes(
  { experiment, origins }: LoadedExperiment,
  shapes: ReadonlyMap<string, { readonly layers: number }>,
): void {
  const problems: Problem[] = [];
  for (const [index, method] of experiment.methods.entries()) {
    if (method.kind !== "activation" || method.layers === "auto") continue;
    for (const [place, layer] of method.layers.entries()) {
      for (const [model, { layers }] of shapes) {
        if (layer < layers) continue;
        const fault = {
          what: `lies outside ${model}`,
          received: shown(layer),
          expected: `an index below ${layers}`,
        };
        problems.push(problemOf(origins, `methods.${index}.layers`, fault, [place]));
      }
    }
  }
  throwProblems(problems);
}
