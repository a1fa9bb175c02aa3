import { meanOrNull } from "../statistics/moments.js";
import { ENDS, type End, hasWindow, type Said, type Simulated } from "./verdict.js";

/** How an end's interval performed over simulated experiments, in octaves. Null where no experiment informs it. */
export interface EndSummary {
  /** Share of intervals that cover the truth; *never* counts as a truth beyond all numbers. */
  readonly coverage: number;
  /** Mean, and root mean square, of median minus truth over experiments in which both are numbers. */
  readonly bias: number | null;
  readonly rmse: number | null;
  /** Median length of the intervals between two numbers, and their share. */
  readonly length: number | null;
  readonly numbers: number;
}

/** Experiments whose stated probability fell into one bin, and how often the statement was true. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly stated: number;
  readonly observed: number;
}

export interface SimulationSummary {
  readonly experiments: number;
  readonly ends: Readonly<Record<End, EndSummary>>;
  readonly samples: { readonly mean: number; readonly median: number; readonly p90: number };
  readonly rounds: number;
  /** Share of experiments that stopped because the interval was narrow enough or a name was certain. */
  readonly reached: number;
  readonly neverSteered: readonly ReliabilityBin[];
  readonly neverCollapsed: readonly ReliabilityBin[];
  /** Experiments without a window (or never steered at all), and the share of them said to have one. */
  readonly falseWindow: {
    readonly without: number;
    readonly share: number | null;
    readonly neverSteered: number;
    readonly shareOfNeverSteered: number | null;
  };
}

/** A window is claimed where it is at least this probable. */
export const CLAIM = 0.95;
const BINS = [0, 0.025, 0.1, 0.3, 0.5, 0.7, 0.9, 0.975, 1];

export function summarise(experiments: readonly Simulated[]): SimulationSummary {
  const n = experiments.length;
  if (n === 0) throw new RangeError("summarise: no experiments");
  const samples = experiments.map((one) => one.samples).toSorted((a, b) => a - b);
  const without = experiments.filter((one) => !hasWindow(one));
  const never = experiments.filter(({ onset }) => onset.truth === Number.POSITIVE_INFINITY);
  const claimed = (some: readonly Simulated[]) =>
    some.length === 0 ? null : some.filter(({ stated }) => stated.window > CLAIM).length / some.length;
  return {
    experiments: n,
    ends: Object.fromEntries(
      ENDS.map((end) => [end, endSummary(experiments.map((one) => one[end]))]),
    ) as Record<End, EndSummary>,
    samples: {
      mean: meanOrNull(samples) ?? 0,
      median: quantile(samples, 0.5) ?? 0,
      p90: quantile(samples, 0.9) ?? 0,
    },
    rounds: meanOrNull(experiments.map(({ rounds }) => rounds)) ?? 0,
    reached: experiments.filter(({ reached }) => reached).length / n,
    neverSteered: reliability(experiments.map(({ stated, onset }) => [stated.neverSteered, onset.truth])),
    neverCollapsed: reliability(
      experiments.map(({ stated, collapse }) => [stated.neverCollapsed, collapse.truth]),
    ),
    falseWindow: {
      without: without.length,
      share: claimed(without),
      neverSteered: never.length,
      shareOfNeverSteered: claimed(never),
    },
  };
}

function endSummary(said: readonly Said[]): EndSummary {
  const errors = said
    .filter(({ truth, median }) => Number.isFinite(truth) && Number.isFinite(median))
    .map(({ truth, median }) => median - truth);
  const lengths = said.map(({ low, high }) => high - low).filter((length) => Number.isFinite(length));
  const square = meanOrNull(errors.map((error) => error * error));
  return {
    coverage: said.filter(({ truth, low, high }) => low <= truth && truth <= high).length / said.length,
    bias: meanOrNull(errors),
    rmse: square === null ? null : Math.sqrt(square),
    length: quantile(
      lengths.toSorted((a, b) => a - b),
      0.5,
    ),
    numbers: lengths.length / said.length,
  };
}

/** Stated probabilities of *never* in bins, compared with how often the truth was infinite. */
function reliability(pairs: readonly (readonly [number, number])[]): ReliabilityBin[] {
  return BINS.slice(0, -1).flatMap((from, i) => {
    const to = BINS[i + 1] ?? 1;
    const inside = pairs.filter(([stated]) => stated >= from && (stated < to || (to === 1 && stated === 1)));
    if (inside.length === 0) return [];
    const observed = inside.filter(([, truth]) => truth === Number.POSITIVE_INFINITY).length / inside.length;
    return [
      { from, to, n: inside.length, stated: meanOrNull(inside.map(([stated]) => stated)) ?? 0, observed },
    ];
  });
}

function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
