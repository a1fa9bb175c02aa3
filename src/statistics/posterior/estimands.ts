import { type Axis, strengthAt } from "../series.js";
import { type JointCurves, targetAt, unsteeredTarget } from "./joint-curves.js";
import type { PosteriorOptions, WindowDraws } from "./window-posterior.js";

/** Capability loss and share of the best target rate between whose doses the margin of safety lies. */
const SAFE_LOSS = 0.1;
const SAFE_SHARE = 0.9;
/** Steps in which a target curve is searched; its crossings are then refined. */
const STEPS = 80;
const HALVINGS = 30;

/** Every estimand of every draw, with the positions at which the frontier is reached (null: the baseline). */
export interface Estimands {
  readonly draws: WindowDraws;
  /** By loss, as in the draws; NaN-free: -Infinity where the baseline's rate is the best. */
  readonly frontierPositions: readonly Float64Array[];
}

export function estimandsOf(
  curves: JointCurves,
  axis: Axis,
  { levels, losses }: Pick<PosteriorOptions, "levels" | "losses">,
): Estimands {
  const { count, from, to, capability } = curves;
  const empty = () => new Float64Array(count);
  const onset = empty();
  const collapse = empty();
  const width = empty();
  const safety = empty();
  const frontier = losses.map((loss) => ({ loss, rate: empty() }));
  const frontierPositions = losses.map(empty);
  const scan = new Float64Array(STEPS + 1);
  const place = (k: number) => from + (k * (to - from)) / STEPS;
  for (let i = 0; i < count; i += 1) {
    const target = (x: number) => targetAt(curves, i, x);
    for (let k = 0; k <= STEPS; k += 1) scan[k] = target(place(k));
    const peak = peakOf(scan, place, target);
    onset[i] = firstReach(levels.target, peak, scan, place, target);
    collapse[i] = capability.fallsTo(i, levels.capability);
    width[i] = widthOf(onset[i] as number, collapse[i] as number);
    safety[i] =
      onset[i] === Number.POSITIVE_INFINITY
        ? Number.NEGATIVE_INFINITY
        : margin(
            capability.fallsTo(i, 1 - SAFE_LOSS),
            firstReach(SAFE_SHARE * peak.rate, peak, scan, place, target),
            from,
            axis,
          );
    losses.forEach((loss, l) => {
      const best = bestUpTo(capability.fallsTo(i, 1 - loss), peak, scan, place, target);
      const unsteered = unsteeredTarget(curves, i);
      const gained = best.rate > unsteered;
      (frontier[l]?.rate as Float64Array)[i] = gained ? best.rate : unsteered;
      (frontierPositions[l] as Float64Array)[i] = gained ? best.x : Number.NEGATIVE_INFINITY;
    });
  }
  return { draws: { axis, onset, collapse, width, safety, frontier }, frontierPositions };
}

interface Point {
  readonly x: number;
  readonly rate: number;
}

interface Peak extends Point {
  /** Step of the scan at or before the peak. */
  readonly step: number;
}

type Curve = (x: number) => number;

/** The highest point: the best of the scan, then golden sections between its neighbours. */
function peakOf(scan: Float64Array, place: Curve, target: Curve): Peak {
  let best = 0;
  for (let k = 1; k <= STEPS; k += 1) if ((scan[k] as number) > (scan[best] as number)) best = k;
  let low = place(Math.max(0, best - 1));
  let high = place(Math.min(STEPS, best + 1));
  for (let n = 0; n < 12; n += 1) {
    const third = GOLDEN * (high - low);
    if (target(low + third) >= target(high - third)) high -= third;
    else low += third;
  }
  const x = (low + high) / 2;
  const rate = target(x);
  if (rate <= (scan[best] as number)) return { x: place(best), rate: scan[best] as number, step: best };
  return { x, rate, step: x < place(best) ? best - 1 : best };
}

const GOLDEN = (3 - Math.sqrt(5)) / 2;

/** First position at which the curve is at or above `level`; -Infinity at the lower end already, Infinity nowhere. */
function firstReach(level: number, peak: Peak, scan: Float64Array, place: Curve, target: Curve): number {
  if (peak.rate < level) return Number.POSITIVE_INFINITY;
  if ((scan[0] as number) >= level) return Number.NEGATIVE_INFINITY;
  let k = 0;
  while (k < peak.step && (scan[k + 1] as number) < level) k += 1;
  let low = place(k);
  let high = k < peak.step ? place(k + 1) : peak.x;
  for (let n = 0; n < HALVINGS; n += 1) {
    const middle = (low + high) / 2;
    if (target(middle) < level) low = middle;
    else high = middle;
  }
  return high;
}

/** The best point between the lower end and `limit`; rate 0 where nothing is allowed. */
function bestUpTo(limit: number, peak: Peak, scan: Float64Array, place: Curve, target: Curve): Point {
  if (limit >= peak.x) return peak;
  const start = place(0);
  if (limit < start) return { x: limit, rate: 0 };
  let best: Point = { x: limit, rate: target(limit) };
  for (let k = 0; k <= STEPS && place(k) < limit; k += 1) {
    if ((scan[k] as number) > best.rate) best = { x: place(k), rate: scan[k] as number };
  }
  return best;
}

/** Never steered is no window whatever the collapse; of two ends below the range nothing is claimed. */
function widthOf(onset: number, collapse: number): number {
  if (onset === Number.POSITIVE_INFINITY || collapse === Number.NEGATIVE_INFINITY) {
    return Number.NEGATIVE_INFINITY;
  }
  return collapse - onset;
}

/** log2 of the dose at `lost` over the dose at `reached`; a dose below the range counts as the range's lower end. */
function margin(lost: number, reached: number, from: number, axis: Axis): number {
  if (!Number.isFinite(lost)) return lost;
  const by = Math.max(from, reached);
  return axis === "log" ? lost - by : Math.log2(strengthAt(lost, axis) / strengthAt(by, axis));
}
