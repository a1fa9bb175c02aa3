import type { Question } from "../../config/experiment.js";
import type { ForecastWork } from "./forecast-work.js";

/**
 * Linear accessibility of each question's right answer, by question and layer: 1 where the unembedding, applied to the
 * residual after that layer, puts the answer's token first, else 0. The mean over questions is A_lin of the Linear
 * Accessibility Profile (arXiv 2604.15557). Questions without a forced choice are not in the map.
 */
export async function linearAccessibility(
  work: ForecastWork,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const asked = work.questions.flatMap(({ id, messages, forcedChoice }: Question) =>
    forcedChoice === null ? [] : [{ id, messages, choice: forcedChoice }],
  );
  if (asked.length === 0) return new Map();
  const readings = await work.pool.accessibility(work.load, {
    prompts: asked.map(({ messages, choice }) => ({ messages, prefix: choice.prefix })),
    right: asked.map(({ choice }) => choice.right),
    target: asked.map(({ choice }) => choice.target),
  });
  return new Map(
    asked.flatMap(({ id }, index) => {
      const layers = readings[index];
      return layers == null ? [] : [[id, layers.map(({ rightRank }) => (rightRank === 0 ? 1 : 0))] as const];
    }),
  );
}
