import { type PsychometricDraws, WIDTH_LOGITS } from "../psychometric/psychometric.js";
import { type JointCurves, targetAt } from "./joint-curves.js";

interface TargetPoint {
  readonly x: number;
  readonly rate: number;
}

/** One drawn target curve: it rises, and falls again as responses turn into gibberish. */
interface TargetScan {
  readonly peak: TargetPoint;
  /** First position at or above `level`; -Infinity at the lower end already, Infinity nowhere. */
  firstReach(level: number): number;
  /** The best point between the lower end and `limit`; null where nothing is allowed. */
  bestUpTo(limit: number): TargetPoint | null;
}

/** Where a limb is evaluated, in units of its width from its threshold: a factor of 370 in odds either way. */
const LOOKS = [-1, -0.7, -0.45, -0.25, -0.1, 0.05, 0.2, 0.4, 0.65, 1];

/** Evaluates the i-th curve at its two ends and where its two limbs bend, and refines from there. */
export function scanTarget(curves: JointCurves, i: number): TargetScan {
  const { from, to } = curves;
  const target = (x: number) => targetAt(curves, i, x);
  const xs = [from, ...looks(curves.rise, i), ...looks(curves.intact, i), to]
    .filter((x) => x >= from && x <= to)
    .sort((a, b) => a - b);
  const rates = xs.map(target);
  let best = 0;
  for (let k = 1; k < xs.length; k += 1) if ((rates[k] as number) > (rates[best] as number)) best = k;
  const lower = xs[Math.max(0, best - 1)] as number;
  const upper = xs[Math.min(xs.length - 1, best + 1)] as number;
  const refined = highest(target, lower, upper);
  const looked = { x: xs[best] as number, rate: rates[best] as number };
  const peak = refined.rate > looked.rate ? refined : looked;
  return {
    peak,
    firstReach: (level) => {
      if (peak.rate < level) return Number.POSITIVE_INFINITY;
      if ((rates[0] as number) >= level) return Number.NEGATIVE_INFINITY;
      const by = rates.findIndex((rate, k) => rate >= level && (xs[k] as number) < peak.x);
      const last = by === -1 ? xs.findLastIndex((x) => x < peak.x) : by - 1;
      const high = by === -1 ? peak : { x: xs[by] as number, rate: rates[by] as number };
      return crossing(target, level, { x: xs[last] as number, rate: rates[last] as number }, high);
    },
    bestUpTo: (limit) => {
      if (limit >= peak.x) return peak;
      if (limit < from) return null;
      let found: TargetPoint = { x: limit, rate: target(limit) };
      xs.forEach((x, k) => {
        if (x < limit && (rates[k] as number) > found.rate) found = { x, rate: rates[k] as number };
      });
      return found;
    },
  };
}

function looks({ threshold, slope }: PsychometricDraws, i: number): number[] {
  const middle = threshold[i] as number;
  const width = WIDTH_LOGITS / (slope[i] as number);
  return LOOKS.map((look) => middle + look * width);
}

const GOLDEN = (3 - Math.sqrt(5)) / 2;

/** The highest point of a curve with one peak in [low, high], by golden-section search. */
function highest(curve: (x: number) => number, low: number, high: number): TargetPoint {
  let a = low;
  let b = high;
  let left = a + GOLDEN * (b - a);
  let right = b - GOLDEN * (b - a);
  let atLeft = curve(left);
  let atRight = curve(right);
  for (let n = 0; n < 8; n += 1) {
    if (atLeft >= atRight) {
      b = right;
      right = left;
      atRight = atLeft;
      left = a + GOLDEN * (b - a);
      atLeft = curve(left);
    } else {
      a = left;
      left = right;
      atLeft = atRight;
      right = b - GOLDEN * (b - a);
      atRight = curve(right);
    }
  }
  return atLeft >= atRight ? { x: left, rate: atLeft } : { x: right, rate: atRight };
}

/** Relative to the first bracket. */
const CLOSE = 1e-6;

/** Where a curve crosses `level` between a point below and one at or above it: false position (Illinois). */
function crossing(
  curve: (x: number) => number,
  level: number,
  below: TargetPoint,
  above: TargetPoint,
): number {
  let low = below.x;
  let high = above.x;
  let under = below.rate - level;
  let over = above.rate - level;
  let side = 0;
  const close = CLOSE * (high - low);
  for (let n = 0; n < 40 && high - low > close && over > 0; n += 1) {
    const x = Math.min(high, Math.max(low, low - (under * (high - low)) / (over - under)));
    const value = curve(x) - level;
    if (Math.abs(value) < 1e-9) return x;
    if (value < 0) {
      low = x;
      under = value;
      if (side === -1) over /= 2;
      side = -1;
    } else {
      high = x;
      over = value;
      if (side === 1) under /= 2;
      side = 1;
    }
  }
  return high;
}
