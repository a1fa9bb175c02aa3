import { medianOf } from "../central-interval.js";
import { highestOf, lowestOf } from "../extremes.js";
import { type HierarchicalTrend, joined } from "./hierarchical-trend.js";

const PURCHASES = ["questions", "vectors", "rungs", "seeds", "samples"] as const;
type Purchase = (typeof PURCHASES)[number];

/** What was run: the basis for predicting how more of each would change the slope's sd. */
interface TrendDesign {
  /** log2 parameters of the rungs; any order. */
  readonly sizes: readonly number[];
  readonly questions: number;
  /** Vectors for each window. */
  readonly vectors: number;
  /** Mean sampling variance of one vector's estimate. */
  readonly samplingVariance: number;
}

interface PurchaseOption {
  readonly purchase: Purchase;
  /** The addition, in words. */
  readonly addition: string;
  /** Samples that it adds, as a share of those taken. Training a rung or a seed is not included. */
  readonly cost: number;
  /** Sd of the slope after it; null if the data cannot show it. */
  readonly sd: number | null;
  /** Halvings of the slope's sd for each doubling of the samples, at this rate; null if `sd` is. */
  readonly halvings: number | null;
}

export interface PurchasePlan {
  /** Posterior sd of the slope. */
  readonly sd: number;
  /** The sd that these rungs leave with any number of questions, vectors and samples. */
  readonly floor: number;
  /** Ordered by halvings, most first; unknown last. */
  readonly options: readonly PurchaseOption[];
}

interface Variances {
  readonly rung: number;
  readonly interaction: number;
  readonly vector: number;
}

interface Counts {
  readonly sizes: readonly number[];
  readonly questions: number;
  readonly vectors: number;
  /** Seeds for each rung, and samples, as multiples of the current numbers. */
  readonly seeds: number;
  readonly samples: number;
}

/** Share by which `samples` grows. */
const MORE_SAMPLES = 0.25;

/**
 * The slope's variance is [rung + (interaction + (vector + sampling) / vectors) / questions] / sum of squares of log2
 * parameters, with variances from the trend's posterior. The posterior sd is assumed to change in proportion to the
 * median of its root over the draws. Seeds are assumed to explain all of the rungs' spread, the most that they could.
 */
export function purchasePlan(
  trend: Extract<HierarchicalTrend, { kind: "fitted" }>,
  design: TrendDesign,
): PurchasePlan {
  const variances = variancesOf(trend);
  const now: Counts = { ...design, seeds: 1, samples: 1 };
  const { sd } = trend.slope;
  const before = slopeSd(variances, now, design.samplingVariance);
  const sdOf = (counts: Counts) => (sd * slopeSd(variances, counts, design.samplingVariance)) / before;
  const option = (
    purchase: Purchase,
    addition: string,
    cost: number,
    counts: Counts | null,
  ): PurchaseOption => {
    const after = counts === null ? null : sdOf(counts);
    const halvings = after === null ? null : Math.log2(sd / after) / Math.log2(1 + cost);
    return { purchase, addition, cost, sd: after, halvings };
  };
  const { sizes, questions, vectors } = design;
  const options = [
    option("questions", "one more question", 1 / questions, { ...now, questions: questions + 1 }),
    option(
      "vectors",
      "one more vector a window",
      1 / vectors,
      trend.chains.vector === null ? null : { ...now, vectors: vectors + 1 },
    ),
    option("rungs", "one more rung above", 1 / sizes.length, { ...now, sizes: extended(sizes) }),
    option("seeds", "a second seed of every rung", 1, { ...now, seeds: 2 }),
    option("samples", "a quarter more samples", MORE_SAMPLES, { ...now, samples: 1 + MORE_SAMPLES }),
  ];
  return {
    sd,
    floor: sdOf({ ...now, questions: Number.POSITIVE_INFINITY }),
    options: options.toSorted(
      (a, b) => (b.halvings ?? Number.NEGATIVE_INFINITY) - (a.halvings ?? Number.NEGATIVE_INFINITY),
    ),
  };
}

function variancesOf({ chains }: Extract<HierarchicalTrend, { kind: "fitted" }>): Variances[] {
  const [interaction, vector] = [chains.interaction, chains.vector].map((draws) =>
    draws === null ? null : joined(draws),
  );
  return [...joined(chains.rung)].map((rung, i) => ({
    rung: rung ** 2,
    interaction: (interaction?.[i] ?? 0) ** 2,
    vector: (vector?.[i] ?? 0) ** 2,
  }));
}

function slopeSd(variances: readonly Variances[], counts: Counts, sampling: number): number {
  const { sizes, questions, vectors, seeds, samples } = counts;
  const centre = sizes.reduce((sum, x) => sum + x, 0) / sizes.length;
  const squares = sizes.reduce((sum, x) => sum + (x - centre) ** 2, 0) * seeds;
  const sds = variances.map(({ rung, interaction, vector }) =>
    Math.sqrt((rung + (interaction + (vector + sampling / samples) / vectors) / questions) / squares),
  );
  return medianOf(sds);
}

/** One more rung, above the largest by the mean distance between rungs. */
function extended(sizes: readonly number[]): number[] {
  const [lowest, highest] = [lowestOf(sizes), highestOf(sizes)];
  return [...sizes, highest + (highest - lowest) / (sizes.length - 1)];
}
