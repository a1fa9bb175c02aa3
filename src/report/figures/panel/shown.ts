import type { Panel } from "../../../analysis/windows/panel.js";
import { highestOf, lowestOf } from "../../../statistics/extremes.js";
import type { Axis } from "../../../statistics/series.js";
import type { StrengthScale } from "./strength-axis.js";

/** A search tries strengths far from any window; those more than this many octaves beyond its ends are not shown. */
const OCTAVES_BEYOND = 2;

/** The tested strengths that a figure's axis covers: all of them, or with searched strengths those around the windows. */
export function shownStrengths(panels: readonly Panel[]): number[] {
  const tested = panels.flatMap(({ target, degradation }) =>
    [...target, ...degradation].map(({ strength }) => strength),
  );
  const ends = panels.flatMap(({ onset, collapse }) => [onset, collapse].filter((end) => end !== null));
  const trimmed = panels.every(({ curves, axis }) => curves !== null && axis === "log");
  if (!trimmed || ends.length === 0) return tested;
  const from = lowestOf(ends) / 2 ** OCTAVES_BEYOND;
  const to = highestOf(ends) * 2 ** OCTAVES_BEYOND;
  const lowest = lowestOf(tested);
  const highest = highestOf(tested);
  return [Math.max(from, lowest), Math.min(to, highest)];
}

/** Share of the axis beyond which nothing of a mark can be seen. */
const BEYOND = 0.1;

/** Whether at least the middle of a mark at this strength is visible. */
export function isNear(strength: number, { domain: [low, high] }: StrengthScale, axis: Axis): boolean {
  const place =
    axis === "log" ? Math.log2(strength / low) / Math.log2(high / low) : (strength - low) / (high - low);
  return place > -BEYOND && place < 1 + BEYOND;
}

/** Most samples behind one point; null where no panel has a posterior, and points only mark the ends of lines. */
export function mostSamplesOf(panels: readonly Panel[]): number | null {
  if (panels.every(({ curves }) => curves === null)) return null;
  return Math.max(
    1,
    highestOf(
      panels.flatMap(({ target, degradation }) => [...target, ...degradation].map(({ n }) => n ?? 0)),
    ),
  );
}
