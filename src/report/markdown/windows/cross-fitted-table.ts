import type { WindowRow } from "../../../analysis/window-rows.js";
import type { Analysis } from "../../../config/experiment.js";
import { highestOf, lowestOf } from "../../../statistics/extremes.js";
import {
  type CrossFittedFrontier,
  crossFittedFrontiers,
  type QuestionCurves,
} from "../../../statistics/posterior/cross-fitted-frontier.js";
import { position, strengthAt } from "../../../statistics/series.js";
import { formatInterval, formatRate, formatStrength } from "../format.js";
import { markdownTable } from "../markdown-table.js";

const NONE = "\u2013";
/** Strengths that are compared. */
const CANDIDATES = 25;
/** Octaves by which they reach beyond the strengths that are best for single questions. */
const MARGIN = 0.5;

/** The frontier of all questions at one strength, chosen on one half of them and reported on the other. Empty without two questions. */
export function crossFittedSection(
  rows: readonly WindowRow[],
  { frontier_losses: losses, confidence }: Analysis,
): string {
  const tables = bySweep(rows).flatMap(([first, sweep]) => {
    const found = crossFittedFrontiers(questionCurves(sweep), candidates(sweep), losses, confidence);
    if (found === null) return [];
    const layer = first.layer === null ? NONE : String(first.layer);
    return [[first.method, first.model, layer, String(sweep.length), ...found.map(cell)]];
  });
  if (tables.length === 0) return "";
  return [
    "### One strength for all questions",
    "Its strength is chosen on one half of the questions (every second one by name) and reported on the other half, and the other way round, so that the rate is not the winner's luck. In brackets under each rate: the strength chosen for either half and the share of the capability that it keeps there. Intervals: these questions and tasks; they leave the choice of the strength out.",
    markdownTable(["method", "model", "layer", "questions", ...losses.map((loss) => `T(${loss})`)], tables),
  ].join("\n\n");
}

function cell(frontier: CrossFittedFrontier): string {
  const halves = frontier.halves.map(({ strength, kept }) =>
    strength === null ? "unsteered" : `${formatStrength(strength)} keeps ${formatRate(kept)}`,
  );
  return `${formatRate(frontier.rate)} ${formatInterval(frontier, formatRate)} (${halves.join("; ")})`;
}

/** Rows of one model, method, layer, unit and capability, with their first. */
function bySweep(rows: readonly WindowRow[]): (readonly [WindowRow, WindowRow[]])[] {
  const sweeps = new Map<string, readonly [WindowRow, WindowRow[]]>();
  for (const row of rows) {
    if (row.role !== "method" || row.posterior.these === null) continue;
    const { method, layer, positions, unit, capability, model } = row;
    const key = JSON.stringify([method, layer, positions, unit, capability, model]);
    const sweep = sweeps.get(key) ?? ([row, []] as const);
    sweep[1].push(row);
    sweeps.set(key, sweep);
  }
  return [...sweeps.values()];
}

function questionCurves(rows: readonly WindowRow[]): QuestionCurves[] {
  return rows.flatMap(({ question, axis, posterior: { these } }) =>
    these === null ? [] : [{ question, axis, curves: these.curves, perUnit: 1 }],
  );
}

/** Even on the axis, about the strengths that are best for the single questions; the whole range where none is. */
function candidates(rows: readonly WindowRow[]): number[] {
  const [first] = rows;
  if (first === undefined) return [];
  const { axis } = first;
  const best = rows.flatMap(({ posterior }) =>
    (posterior.these?.frontier ?? []).flatMap(({ strength }) => (strength === null ? [] : [strength])),
  );
  const ends = rows.flatMap(({ range }) => [range.from, range.to]);
  const at = (best.length === 0 ? ends : best).map((strength) => position(strength, axis));
  const span = highestOf(at) - lowestOf(at);
  const beyond = axis === "log" ? MARGIN : span / 4;
  const from = lowestOf(at) - beyond;
  const step = (span + 2 * beyond) / (CANDIDATES - 1);
  return Array.from({ length: CANDIDATES }, (_, i) => strengthAt(from + i * step, axis));
}
