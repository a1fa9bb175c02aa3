import type { CurveOutcomes } from "../curve.js";
import type { Interval } from "../interval.js";
import { pooled, toSeries } from "../outcomes.js";
import { wilsonInterval } from "../wilson.js";
import { type Collapse, findCollapse } from "./fitted-window.js";

/** Hits among samples, with Wilson's interval; the interval is null where there are none. */
interface Share {
  readonly hits: number;
  readonly n: number;
  readonly interval: Interval | null;
}

/** What random directions of the same norm do. */
export interface ControlSummary {
  /** All draws pooled, against the model's own baseline. */
  readonly collapse: Collapse;
  /** One for each draw, in the order given. */
  readonly drawCollapses: readonly Collapse[];
  /** Strict target responses at strengths below the pooled collapse: the effect of strength alone. */
  readonly targetBelowCollapse: Share;
}

/** `draws` are the same sweeps as `all`, one for each random direction. */
export function summariseControl(
  all: CurveOutcomes,
  draws: readonly CurveOutcomes[],
  level: number,
  confidence: number,
): ControlSummary {
  const collapse = findCollapse(toSeries(all.capability), all.axis, level);
  return {
    collapse,
    drawCollapses: draws.map(({ capability, axis }) => findCollapse(toSeries(capability), axis, level)),
    targetBelowCollapse: targetBelow(all, collapse, confidence),
  };
}

function targetBelow({ strict }: CurveOutcomes, collapse: Collapse, confidence: number): Share {
  const limit =
    collapse.name === "at"
      ? collapse.strength
      : collapse.name === "never_collapsed"
        ? Number.POSITIVE_INFINITY
        : 0;
  const below = strict.points.filter((_, i) => (strict.strengths[i] ?? Number.POSITIVE_INFINITY) < limit);
  const { sum, n } = pooled(below.flat());
  return { hits: sum, n, interval: n === 0 ? null : wilsonInterval(sum, n, confidence) };
}
