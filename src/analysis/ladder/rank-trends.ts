import { rankTrend, type Trend } from "../../statistics/rank-trend/rank-trend.js";
import type { Rung } from "../../statistics/rank-trend/ranked-rungs.js";
import { groupBy } from "../../util/group-by.js";
import type { WindowRow } from "../windows/window-rows.js";

/** The rank trend of width over the ladder, of one method: one question, or all of them together. */
export interface MethodTrend {
  readonly method: string;
  readonly capability: string;
  /** Depth of the layer in the method's list, so that a fraction of depth is followed over sizes. */
  readonly slot: number;
  /** Null for all questions together. */
  readonly question: string | null;
  readonly trend: Trend;
}

/** Trends of every method over the models, in the order of the rows. */
export function methodTrends(rows: readonly WindowRow[]): MethodTrend[] {
  const methods = groupBy(
    rows.filter(({ role }) => role === "method"),
    (row) => JSON.stringify([row.method, row.capability, row.slot]),
  );
  return [...methods.values()].flatMap((ofMethod) => {
    const [first] = ofMethod;
    if (first === undefined) return [];
    const questions = [...groupBy(ofMethod, ({ question }) => question).values()];
    const shared = { method: first.method, capability: first.capability, slot: first.slot };
    const single = questions.map((rungs) => ({
      ...shared,
      question: rungs[0]?.question ?? null,
      trend: trendOf([rungs]),
    }));
    return questions.length > 1
      ? [...single, { ...shared, question: null, trend: trendOf(questions) }]
      : single;
  });
}

function trendOf(questions: readonly (readonly WindowRow[])[]): Trend {
  const sizes = JSON.stringify(questions[0]?.map(({ model }) => model));
  if (questions.some((rows) => JSON.stringify(rows.map(({ model }) => model)) !== sizes)) {
    return { kind: "not_tested", reason: "the questions were not asked of the same models" };
  }
  return rankTrend(questions.map((rows) => rows.map(toRung)));
}

function toRung({ headline, parameters }: WindowRow): Rung {
  if (headline === null) return { parameters, width: null };
  const { width } = headline.window;
  if (width.name === "at") return { parameters, width: width.value };
  const open = width.reasons.every(
    (reason) => reason === "never_collapsed" || reason === "steered_at_lowest",
  );
  if (open) return { parameters, width: Number.POSITIVE_INFINITY };
  const shut = width.reasons.every(
    (reason) => reason === "never_steered" || reason === "collapsed_at_lowest",
  );
  return { parameters, width: shut ? Number.NEGATIVE_INFINITY : null };
}
