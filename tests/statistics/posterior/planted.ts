import type { CurveOutcomes } from "../../../src/statistics/curve.js";
import type { Cluster } from "../../../src/statistics/outcomes.js";
import type { Random } from "../../../src/util/random.js";

/** A planted window: positions in octaves, logistic curves, a target that ends where responses turn into gibberish. */
export interface PlantedWindow {
  readonly onset: { readonly threshold: number; readonly width: number; readonly lapse: number };
  /** Threshold of responses staying intact. */
  readonly intact: { readonly threshold: number; readonly width: number };
  /** One threshold a task. */
  readonly tasks: {
    readonly thresholds: readonly number[];
    readonly width: number;
    readonly baseline: number;
  };
}

export interface PlantedSizes {
  readonly positions: readonly number[];
  readonly answers: number;
  /** Of each task. */
  readonly taskSamples: number;
}

/** Logistic in position; `width` positions from .05 to .95. */
export function logistic(x: number, threshold: number, width: number): number {
  return 1 / (1 + Math.exp(((-2 * Math.log(19)) / width) * (x - threshold)));
}

const GUESS = 0.01;

export function targetRate({ onset, intact }: PlantedWindow, x: number): number {
  const rise = GUESS + (1 - onset.lapse - GUESS) * logistic(x, onset.threshold, onset.width);
  return rise * (1 - logistic(x, intact.threshold, intact.width));
}

/** Share of the baseline's capability that these tasks keep. */
export function keptShare({ tasks }: PlantedWindow, x: number): number {
  const { thresholds, width } = tasks;
  return thresholds.reduce((sum, m) => sum + 1 - logistic(x, m, width), 0) / thresholds.length;
}

/** Ends of the planted window: Infinity where they are not in [from, to]. */
export function plantedEnds(truth: PlantedWindow, from: number, to: number, level = 0.5, share = 0.9) {
  const onset = firstTrue((x) => targetRate(truth, x) >= level, from, to);
  const collapse = firstTrue((x) => keptShare(truth, x) <= share, from, to);
  return { onset, collapse, width: Number.isFinite(onset) ? collapse - onset : Number.NEGATIVE_INFINITY };
}

function firstTrue(holds: (x: number) => boolean, from: number, to: number): number {
  const step = (to - from) / 4000;
  for (let x = from; x <= to; x += step) if (holds(x)) return x - step / 2;
  return Number.POSITIVE_INFINITY;
}

/** Sampled outcomes of a planted window. */
export function plantedCurve(truth: PlantedWindow, sizes: PlantedSizes, random: Random): CurveOutcomes {
  const { positions, answers, taskSamples } = sizes;
  const strengths = positions.map((x) => 2 ** x);
  const flips = (n: number, p: number) => Array.from({ length: n }, () => Number(random() < p));
  const answered = (n: number, rise: number, intactRate: number) => {
    const intact = flips(n, intactRate);
    const strict = intact.map((whole) => (whole === 1 ? Number(random() < rise) : 0));
    return { intact, strict };
  };
  const cells = positions.map((x) => {
    const intact = 1 - logistic(x, truth.intact.threshold, truth.intact.width);
    return answered(answers, targetRate(truth, x) / Math.max(intact, 1e-12), intact);
  });
  const unsteered = answered(64, GUESS, 1);
  const question = (values: readonly number[]): Cluster[] => [{ id: "q", values }];
  const { thresholds, width, baseline } = truth.tasks;
  const strict = {
    strengths,
    points: cells.map((cell) => question(cell.strict)),
    baseline: question(unsteered.strict),
  };
  return {
    axis: "log",
    contains: strict,
    strict,
    intact: {
      strengths,
      points: cells.map((cell) => question(cell.intact)),
      baseline: question(unsteered.intact),
    },
    capability: {
      strengths,
      points: positions.map((x) =>
        thresholds.map((m, j) => ({
          id: `t${String(j).padStart(2, "0")}`,
          values: flips(taskSamples, baseline * (1 - logistic(x, m, width))),
        })),
      ),
      baseline: thresholds.map((_, j) => ({
        id: `t${String(j).padStart(2, "0")}`,
        values: flips(8, baseline),
      })),
    },
  };
}
