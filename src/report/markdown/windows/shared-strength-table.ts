import type { SharedStrength } from "../../../analysis/windows/shared-strength.js";
import type { CrossFittedFrontier } from "../../../statistics/posterior/cross-fitted-frontier.js";
import { formatInterval, formatRate, formatStrength } from "../../words/format.js";
import { type Block, table } from "../page.js";

const NONE = "\u2013";

/** The frontier of all questions at one strength, with the strengths that the halves chose. Empty without any. */
export function sharedStrengthSection(shared: readonly SharedStrength[], losses: readonly number[]): Block[] {
  if (shared.length === 0) return [];
  return [
    "### One strength for all questions",
    "Its strength is chosen on one half of the questions (every second one by name) and reported on the other half, and the other way round, so that the rate is not the winner's luck. In brackets under each rate: the strength chosen for either half and the share of the capability that it keeps there. Intervals: these questions and tasks; they leave the choice of the strength out.",
    table(
      ["method", "model", "layer", "questions", ...losses.map((loss) => `T(${loss})`)],
      shared.map(({ method, model, layer, questions, frontiers }) => [
        ...[method, model, layer === null ? NONE : String(layer), String(questions)],
        ...frontiers.map(cell),
      ]),
    ),
  ];
}

function cell(frontier: CrossFittedFrontier): string {
  const halves = frontier.halves.map(({ strength, kept }) =>
    strength === null ? "unsteered" : `${formatStrength(strength)} keeps ${formatRate(kept)}`,
  );
  return `${formatRate(frontier.rate)} ${formatInterval(frontier, formatRate)} (${halves.join("; ")})`;
}
