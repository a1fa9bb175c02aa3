import { medianOf } from "../central-interval.js";
import { meanOf, varianceOf } from "../moments.js";
import type { Draws } from "../posterior/window-draws.js";
import { type HierarchicalTrend, joined } from "./hierarchical-trend.js";

const VARIANCE_SOURCES = ["vector", "question", "task", "sampling"] as const;
type VarianceSource = (typeof VARIANCE_SOURCES)[number];

export interface VarianceComponent {
  readonly source: VarianceSource;
  /** In the estimand's unit; null where the data cannot tell it. */
  readonly sd: number | null;
  /** Share of the sum of the known sources; null where this one is unknown, or where nothing varies. */
  readonly share: number | null;
  /** Why there is no number; null where there is one. */
  readonly missing: string | null;
}

/** Draws of one window's width, for these items and for items like these. */
interface SplitWindow {
  readonly these: Draws;
  readonly likeThese: Draws | null;
}

/**
 * The sources of variance of one model's width if it were measured again. Sampling: mean posterior variance for these
 * items. Task: what the posterior for items like these adds to it. Vector: between vectors fitted to resampled
 * statements. Question: between questions, both common to all rungs and specific to a rung. The last two are medians of
 * the trend's posterior. Draws without a number are left out.
 */
export function varianceSplit(
  windows: readonly SplitWindow[],
  trend: HierarchicalTrend,
): VarianceComponent[] {
  const found: Readonly<Record<VarianceSource, number | string>> = {
    vector: vectorVariance(trend),
    question: questionVariance(trend),
    task: taskVariance(windows),
    sampling: samplingVariance(windows),
  };
  const known = Object.values(found).filter((variance) => typeof variance === "number");
  const total = known.reduce((sum, variance) => sum + variance, 0);
  return VARIANCE_SOURCES.map((source) => {
    const variance = found[source];
    if (typeof variance === "string") return { source, sd: null, share: null, missing: variance };
    return { source, sd: Math.sqrt(variance), share: total === 0 ? null : variance / total, missing: null };
  });
}

function vectorVariance(trend: HierarchicalTrend): number | string {
  if (trend.kind === "not_fitted") return trend.reason;
  if (trend.chains.vector === null) return "no window has several vectors";
  return medianOf(joined(trend.chains.vector)) ** 2;
}

function questionVariance(trend: HierarchicalTrend): number | string {
  if (trend.kind === "not_fitted") return trend.reason;
  const { question, interaction } = trend.chains;
  if (question === null || interaction === null) return "a single question";
  const [a, b] = [joined(question), joined(interaction)];
  return medianOf(a.map((sd, i) => sd ** 2 + (b[i] ?? 0) ** 2));
}

function samplingVariance(windows: readonly SplitWindow[]): number | string {
  const variances = windows
    .map(({ these }) => numbers(these))
    .filter(({ length }) => length > 1)
    .map(varianceOf);
  return variances.length === 0 ? "no window has a number" : meanOf(variances);
}

function taskVariance(windows: readonly SplitWindow[]): number | string {
  const added = windows.flatMap(({ these, likeThese }) => {
    const [own, others] = [numbers(these), numbers(likeThese ?? new Float64Array())];
    return own.length > 1 && others.length > 1 ? [varianceOf(others) - varianceOf(own)] : [];
  });
  return added.length === 0 ? "too few tasks to speak of others" : Math.max(0, meanOf(added));
}

function numbers(draws: Draws): Float64Array {
  return draws.filter((draw) => Number.isFinite(draw));
}
