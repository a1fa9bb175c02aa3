import { highestOf } from "../../statistics/extremes.js";
import { position } from "../../statistics/series.js";
import type { ConditionCounts } from "./counts.js";
import type { DesignCondition } from "./design.js";
import { type Lattice, nearest } from "./lattice.js";

/** Samples to take at one position; the task samples are for each task. */
export interface PlacedSamples {
  readonly x: number;
  readonly question: number;
  readonly task: number;
}

/** Octaves around the forecast; the forecast of an onset has a larger error than that of a collapse, and errs upwards. */
const ABOUT_ONSET = [-0.75, -0.25, 0.25, 0.75];
const ABOUT_COLLAPSE = [-0.25, 0.125, 0.5];
const DOUBLINGS_A_ROUND = 4;
const ROWS = 4;
/** Capability at or below this share of the baseline's is certain collapse: higher strengths need not be sampled. */
const CERTAIN = 0.5;

/**
 * The first samples of a condition: a few around the forecast, otherwise a few at strengths that double upwards from the
 * lowest until the capability has certainly collapsed. Null once the condition is bracketed.
 */
export function opening(
  condition: DesignCondition,
  counts: ConditionCounts,
  lattice: Lattice,
): PlacedSamples[] | null {
  const placed = new Map<number, { question: number; task: number }>();
  const put = (x: number, question: number, task: number) => {
    const place = nearest(lattice, x);
    const there = placed.get(place) ?? { question: 0, task: 0 };
    placed.set(place, {
      question: condition.samplable.question
        ? there.question + question
        : Math.min(1, there.question + question),
      task: condition.samplable.task ? there.task + task : Math.min(1, there.task + task),
    });
  };
  if (counts.samples === 0 && hasForecast(condition)) aboutForecast(condition, lattice, put);
  else if (!bracketed(condition, counts, lattice)) doubled(condition, counts, lattice, put);
  else return null;
  const rows = [...placed].toSorted(([a], [b]) => a - b).map(([x, row]) => ({ x, ...row }));
  return rows.length === 0 ? null : rows;
}

function hasForecast({ forecast }: DesignCondition): boolean {
  return forecast.onset !== null || forecast.collapse !== null;
}

function aboutForecast(
  { forecast, role }: DesignCondition,
  { axis, unit }: Lattice,
  put: (x: number, question: number, task: number) => void,
): void {
  const collapse = forecast.collapse === null ? null : position(forecast.collapse, axis);
  const onset = forecast.onset === null ? null : position(forecast.onset, axis);
  if (collapse !== null)
    for (const by of ABOUT_COLLAPSE) put(collapse + by * unit, role === "control" ? ROWS / 2 : 0, 1);
  if (role === "control") return;
  if (onset !== null) for (const by of ABOUT_ONSET) put(onset + by * unit, ROWS, 0);
  else if (collapse !== null) for (const by of [-2, -1, 0, 1]) put(collapse + by * unit, ROWS, 0);
}

/** Strengths tested so far, lowest to highest, double up to certain collapse or to the end of the range. */
function bracketed(condition: DesignCondition, counts: ConditionCounts, lattice: Lattice): boolean {
  const highest = highestTested(counts);
  if (highest === null) return false;
  if (condition.tasks === 0 || highest >= lattice.high - lattice.unit / 2) return true;
  const { n, hits } = counts.baseline.capability;
  const certain = n === 0 ? CERTAIN : (CERTAIN * hits) / n;
  return counts.capability.some((count) => count.hits / count.n <= certain);
}

function highestTested(counts: ConditionCounts): number | null {
  const tested = [...counts.intact, ...counts.capability].map(({ x }) => x);
  return tested.length === 0 ? null : highestOf(tested);
}

function doubled(
  condition: DesignCondition,
  counts: ConditionCounts,
  lattice: Lattice,
  put: (x: number, question: number, task: number) => void,
): void {
  const highest = highestTested(counts);
  const first = highest === null ? lattice.low : highest + lattice.unit;
  for (let i = 0; i < DOUBLINGS_A_ROUND; i += 1) {
    const x = first + i * lattice.unit;
    if (x > lattice.high + lattice.unit / 2) break;
    // A task point costs as many samples as there are tasks, so every second doubling has one.
    put(
      Math.min(x, lattice.high),
      condition.role === "control" ? 2 : ROWS - 1,
      i % 2 === 1 || x >= lattice.high ? 1 : 0,
    );
  }
}
