import { pooled, type Rate } from "../statistics/outcomes.js";
import { wilsonInterval } from "../statistics/wilson.js";
import type { ClassCounts, FurtherCurve } from "./further-curves.js";

/** One point of a further curve: the mean of a scorer's values, or the share of one of its classes. */
export interface FurtherRow {
  readonly curve: FurtherCurve;
  /** The class whose share it is; null for the mean of the values. */
  readonly label: string | null;
  /** Null without steering, and for a method without strengths. */
  readonly strength: number | null;
  readonly steered: boolean;
  /** Samples with a score; a point without any is left out. */
  readonly n: number;
  readonly mean: number;
  /** Wilson's interval, which for values between 0 and 1 is too wide rather than too narrow. */
  readonly low: number;
  readonly high: number;
}

/** Every point of every further curve, the unsteered one first. */
export function furtherRows(curves: readonly FurtherCurve[], confidence: number): readonly FurtherRow[] {
  return curves.flatMap((curve) => [
    ...pointsOf(curve, null, confidence),
    ...curve.classes.flatMap((counts) => pointsOf(curve, counts, confidence)),
  ]);
}

function pointsOf(curve: FurtherCurve, counts: ClassCounts | null, confidence: number): FurtherRow[] {
  const { strengths, points, baseline } = curve.series;
  const point = (rate: Rate, place: Pick<FurtherRow, "strength" | "steered">): FurtherRow[] => {
    const { sum, n } = rate;
    if (n === 0) return [];
    const interval = wilsonInterval(Math.min(sum, n), n, confidence);
    return [{ curve, label: counts?.label ?? null, ...place, n, mean: sum / n, ...interval }];
  };
  const rateOf = (clusters: typeof baseline, count: number | undefined): Rate => {
    const { sum, n } = pooled(clusters);
    return { sum: counts === null ? sum : (count ?? 0), n };
  };
  return [
    ...point(rateOf(baseline, counts?.baseline), { strength: null, steered: false }),
    ...points.flatMap((clusters, i) =>
      point(rateOf(clusters, counts?.points[i]), {
        strength: curve.axis === "none" ? null : (strengths[i] ?? null),
        steered: true,
      }),
    ),
  ];
}
