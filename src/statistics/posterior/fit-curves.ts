import type { Random } from "../../util/random.js";
import type { CurveOutcomes } from "../curve.js";
import type { Generalises } from "../fit/bootstrap.js";
import { clusterIds, type OutcomeSeries, pooled } from "../outcomes.js";
import { type Support, supportOf } from "../psychometric/priors.js";
import {
  type PositionedCounts,
  type PsychometricPosterior,
  psychometricPosterior,
} from "../psychometric/psychometric-posterior.js";
import type { TaskCounts } from "../psychometric/task-likelihood.js";
import { type TaskPosterior, taskPosterior } from "../psychometric/task-posterior.js";
import { type Axis, position } from "../series.js";
import type { JointCurves } from "./joint-curves.js";
import { mixtureCapability } from "./mixture-capability.js";
import { pooledCapability } from "./pooled-capability.js";
import type { PosteriorOptions } from "./posterior-options.js";

/** The posteriors that a window is drawn from, whatever it generalises to. */
export interface FittedCurves {
  readonly from: number;
  readonly to: number;
  readonly rise: PsychometricPosterior;
  readonly intact: PsychometricPosterior;
  readonly capability: PsychometricPosterior;
  /** Null for a single task, or if tasks are not recorded: the pooled curve then represents both populations. */
  readonly tasks: TaskPosterior | null;
}

export function fitCurves(curve: CurveOutcomes, { range }: Pick<PosteriorOptions, "range">): FittedCurves {
  const from = position(range.from, curve.axis);
  const to = position(range.to, curve.axis);
  const support = supportOf(curve.axis, from, to);
  const intact = curve.intact ?? curve.strict;
  const intactAt = new Map(intact.strengths.map((strength, i) => [strength, pooled(intact.points[i] ?? [])]));
  const unsteered = { intact: pooled(intact.baseline), strict: pooled(curve.strict.baseline) };
  const rise = psychometricPosterior(
    countsOf(curve.strict, curve.axis).map(({ position: at, hits }, i) => {
      const n = intactAt.get(curve.strict.strengths[i] ?? 0)?.sum ?? 0;
      return { position: at, hits, n: Math.max(n, hits) };
    }),
    {
      support,
      shape: "rise",
      baseline: {
        hits: unsteered.strict.sum,
        n: Math.max(unsteered.intact.sum, unsteered.strict.sum),
      },
    },
  );
  const capability = fallOf(curve.capability, curve.axis, support);
  const data = taskCounts(curve.capability, curve.axis);
  return {
    ...{ from, to, rise, capability },
    intact: fallOf(intact, curve.axis, support),
    tasks: data.tasks.length < 2 ? null : taskPosterior(data, capability.spans),
  };
}

export function drawCurves(
  { from, to, rise, intact, capability, tasks }: FittedCurves,
  generalises: Generalises,
  count: number,
  random: Random,
): JointCurves {
  const drawn = { rise: rise.draws(count, random), intact: intact.draws(count, random) };
  const kept =
    tasks === null
      ? pooledCapability(capability.draws(count, random))
      : mixtureCapability(
          generalises === "these" ? tasks.these(count, random) : tasks.population(count, random),
        );
  return { count, from, to, ...drawn, capability: kept };
}

function fallOf(outcomes: OutcomeSeries, axis: Axis, support: Support): PsychometricPosterior {
  const { sum, n } = pooled(outcomes.baseline);
  const options = { support, shape: "fall", baseline: { hits: sum, n } } as const;
  return psychometricPosterior(countsOf(outcomes, axis), options);
}

/** Counts of every task, by id. */
function taskCounts(outcomes: OutcomeSeries, axis: Axis): TaskCounts {
  const { strengths, points, baseline } = outcomes;
  const countOf = (clusters: OutcomeSeries["baseline"], task: string) =>
    pooled(clusters.filter(({ id }) => id === task));
  return {
    positions: Float64Array.from(strengths, (strength) => position(strength, axis)),
    tasks: clusterIds(outcomes).map((task) => {
      const unsteered = countOf(baseline, task);
      const steered = points.map((clusters) => countOf(clusters, task));
      return {
        baseline: { n: unsteered.n, hits: unsteered.sum },
        n: Float64Array.from(steered, ({ n }) => n),
        hits: Float64Array.from(steered, ({ sum }) => sum),
      };
    }),
  };
}

function countsOf({ strengths, points }: OutcomeSeries, axis: Axis): PositionedCounts[] {
  return strengths.map((strength, i) => {
    const { sum, n } = pooled(points[i] ?? []);
    return { position: position(strength, axis), n, hits: sum };
  });
}
