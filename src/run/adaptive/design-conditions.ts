import type { ActivationMethod, Experiment } from "../../config/experiment.js";
import type { DesignCondition } from "../../plan/design/design.js";
import type { CurveOutcomes } from "../../statistics/curve.js";
import type { ForecastEnd, ForecastRow } from "../../store/forecast-file.js";
import { type ConditionKey, conditionId, type Observations } from "./observations.js";

export interface ConditionSources {
  readonly experiment: Experiment;
  readonly observations: Observations;
  readonly forecast: readonly ForecastRow[];
  /** The axis of each method's strengths. */
  readonly axisOf: (method: string) => CurveOutcomes["axis"];
}

/** What the design needs to know about a condition: its range, its forecast, and all of its scores so far. */
export function designCondition(
  key: ConditionKey,
  method: ActivationMethod,
  { experiment, observations, forecast, axisOf }: ConditionSources,
): DesignCondition {
  const rows = forecast.filter((row) => conditionId(row) === conditionId(key));
  const { question, task } = experiment.decoding;
  return {
    id: conditionId(key),
    model: key.model,
    role: method.role,
    draws: method.draws,
    tasks: taskCount(experiment.capabilities.slice(0, 1)),
    companions: taskCount(experiment.capabilities.slice(1)),
    range: strengthRange(method),
    forecast: {
      onset: middle(rows.map(({ onset }) => onset)),
      collapse: middle(rows.map(({ collapse }) => collapse)),
    },
    outcomes: observations.outcomes(key, axisOf(method.name), designedCapability(experiment)),
    samplable: { question: question.temperature > 0, task: task.temperature > 0 },
  };
}

/** The strengths between which a method is searched. */
export function strengthRange({ strengths }: ActivationMethod): {
  readonly from: number;
  readonly to: number;
} {
  if (strengths.kind === "search") return { from: strengths.from, to: strengths.to };
  return { from: strengths.values[0] ?? 0, to: strengths.values.at(-1) ?? 0 };
}

/** Rounds are chosen for the first capability; the others are sampled along with it. */
const taskCount = (capabilities: Experiment["capabilities"]): number =>
  capabilities.reduce((sum, { tasks }) => sum + tasks.length, 0);

const designedCapability = ({ capabilities }: Experiment): string => capabilities[0]?.id ?? "";

/** Geometric mean over draws; null unless all of them have a number. */
function middle(ends: readonly ForecastEnd[]): number | null {
  const logs = ends.flatMap((end) => (end.name === "at" && end.strength > 0 ? [Math.log(end.strength)] : []));
  if (logs.length === 0 || logs.length < ends.length) return null;
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}
