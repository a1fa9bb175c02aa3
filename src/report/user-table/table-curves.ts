import type { Curve } from "../../analysis/curves.js";
import type { Cluster, OutcomeSeries } from "../../statistics/outcomes.js";
import { aroundStrengths } from "../../statistics/search-range.js";
import { groupBy } from "../../util/group-by.js";
import type { SweepRow } from "./sweep-row.js";

/** One curve for each question and model: questions in the table's order, models up the ladder. */
export function tableCurves(rows: readonly SweepRow[]): Curve[] {
  const questions = groupBy(rows, ({ question }) => question);
  return [...questions.values()].flatMap((asked) => {
    const models = [...groupBy(asked, ({ model }) => model).values()];
    return models.map(toCurve).toSorted((a, b) => a.parameters - b.parameters);
  });
}

function toCurve(rows: readonly SweepRow[]): Curve {
  const [first] = rows;
  if (first === undefined) throw new RangeError("a curve needs rows");
  const target = outcomes(rows, ({ nTarget, targetHits }) => [targetHits, nTarget]);
  const capability = outcomes(rows, ({ nCapability, capabilityPasses }) => [capabilityPasses, nCapability]);
  return {
    model: first.model,
    parameters: first.parameters,
    question: first.question,
    method: "steering",
    role: "method",
    layer: null,
    positions: null,
    unit: null,
    capability: "capability",
    outcomes: { axis: "log", contains: target, strict: target, intact: null, capability },
    range: aroundStrengths({ axis: "log", strengths: target.strengths }),
    residPerStrength: null,
    rawPerStrength: null,
    unscored: { target: 0, capability: 0 },
    nonFinite: { target: 0, capability: 0 },
    draws: [],
  };
}

function outcomes(rows: readonly SweepRow[], counts: (row: SweepRow) => [number, number]): OutcomeSeries {
  const byStrength = groupBy(rows, ({ strength }) => strength);
  const at = (strength: number | null): Cluster[] =>
    (byStrength.get(strength) ?? []).map((row): Cluster => {
      const [hits, n] = counts(row);
      return { id: row.item ?? "all", values: Array.from({ length: n }, (_, i) => Number(i < hits)) };
    });
  const strengths = [...byStrength.keys()].filter((strength) => strength !== null).toSorted((a, b) => a - b);
  return { strengths, points: strengths.map(at), baseline: at(null) };
}
