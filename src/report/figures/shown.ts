import { highestOf, lowestOf } from "../../statistics/extremes.js";
import type { Panel } from "./panel.js";

/** A search tries strengths far from any window; no more of them is shown than this many octaves beyond its ends. */
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
