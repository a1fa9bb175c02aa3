import { type Axis, strengthAt } from "../series.js";
import { fallsTo, type JointCurves, unsteeredTarget } from "./joint-curves.js";
import type { PosteriorOptions } from "./posterior-options.js";
import { scanTarget } from "./scan-target.js";
import type { WindowDraws } from "./window-draws.js";

/** Capability loss and share of the best target rate between whose doses the margin of safety lies. */
const SAFE_LOSS = 0.1;
const SAFE_SHARE = 0.9;
/** Every estimand of every draw, with the positions at which the frontier is reached. */
export interface Estimands {
  readonly draws: WindowDraws;
  /** By loss, as in the draws; -Infinity where the baseline's rate is the best. */
  readonly frontierPositions: readonly Float64Array[];
}

export function estimandsOf(
  curves: JointCurves,
  axis: Axis,
  { levels, losses }: Pick<PosteriorOptions, "levels" | "losses">,
): Estimands {
  const { count, from } = curves;
  const empty = () => new Float64Array(count);
  const onset = empty();
  const collapse = empty();
  const width = empty();
  const safety = empty();
  const frontier = losses.map((loss) => ({ loss, rate: empty() }));
  const frontierPositions = losses.map(empty);
  const fallTo = fallsOf(curves);
  const collapsing = fallTo(levels.capability);
  const safe = fallTo(1 - SAFE_LOSS);
  const affordable = losses.map((loss) => fallTo(1 - loss));
  for (let i = 0; i < count; i += 1) {
    const scan = scanTarget(curves, i);
    const unsteered = unsteeredTarget(curves, i);
    onset[i] = scan.firstReach(levels.target);
    collapse[i] = collapsing[i] as number;
    width[i] = widthOf(onset[i] as number, collapse[i] as number);
    safety[i] =
      onset[i] === Number.POSITIVE_INFINITY
        ? Number.NEGATIVE_INFINITY
        : margin(safe[i] as number, scan.firstReach(SAFE_SHARE * scan.peak.rate), from, axis);
    affordable.forEach((ends, l) => {
      const best = scan.bestUpTo(ends[i] as number);
      const gained = best !== null && best.rate > unsteered;
      (frontier[l]?.rate as Float64Array)[i] = gained ? best.rate : unsteered;
      (frontierPositions[l] as Float64Array)[i] = gained ? best.x : Number.NEGATIVE_INFINITY;
    });
  }
  return { draws: { axis, onset, collapse, width, safety, frontier }, frontierPositions };
}

/** Where every draw falls to a share; each share is computed once. */
function fallsOf(curves: JointCurves): (share: number) => Float64Array {
  const known = new Map<number, Float64Array>();
  return (share) => {
    const ends = known.get(share) ?? new Float64Array(curves.count).map((_, i) => fallsTo(curves, i, share));
    known.set(share, ends);
    return ends;
  };
}

/** Never steered means no window, whatever the collapse. If both ends are below the range, nothing is claimed. */
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
