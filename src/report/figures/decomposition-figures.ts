import type { TopLevelSpec } from "vega-lite";
import type { Findings } from "../../analysis/findings.js";
import type { LadderDecomposition } from "../../analysis/ladder/decomposition-findings.js";
import { DECOMPOSITION_TERMS, type DecompositionTerm } from "../../analysis/ladder/decomposition-means.js";
import { ladderName, ladderParts, rungsOf } from "../../analysis/ladder/ladder-window.js";
import type { DecompositionSummary } from "../../statistics/decomposition/decomposition.js";
import { highestOf, lowestOf } from "../../statistics/extremes.js";
import type { Interval } from "../../statistics/interval.js";
import { formatParameters, formatStrength } from "../words/format.js";
import type { Figure } from "./figure.js";
import type { PanelSpec } from "./panel/panel-spec.js";
import { COLOURS, figureConfig, HEADING, QUIET } from "./panel/style.js";

const TITLES: Readonly<Record<DecompositionTerm, string>> = {
  width: "width",
  specificity: "= specificity",
  tolerance: "+ tolerance",
  onset: "\u2212 onset",
  unexplained: "onset not explained",
};

const TERM_COLOURS: Readonly<Record<DecompositionTerm, string>> = {
  width: COLOURS.window,
  specificity: COLOURS.degradation,
  tolerance: COLOURS.random,
  onset: COLOURS.target,
  unexplained: "#CC79A7",
};

interface TermPoint {
  readonly model: string;
  readonly octaves: number;
  /** -0.5 to 0.5 of a model's band. */
  readonly place: number;
}

interface MeanPoint extends Interval {
  readonly model: string;
  readonly octaves: number;
}

interface TermData {
  readonly term: DecompositionTerm;
  readonly points: readonly TermPoint[];
  readonly means: readonly MeanPoint[];
  /** Predicted onsets; of `onset` only. */
  readonly predicted: readonly TermPoint[];
}

/** One figure for each method and place of layer; the first has the plain name. */
export function decompositionFigures({ decomposition, settings }: Findings): Figure[] {
  return decomposition.ladders.map((of, i) => ({
    name: i === 0 ? "decomposition" : ["decomposition", ...ladderParts(of.ladder)].join("."),
    spec: decompositionFigure(of, settings.confidence),
  }));
}

/**
 * One column for each term, one line for each model: small dots are questions, the large dot their mean with its interval. All columns
 * have the same octaves to the width of the page, so that terms compare by eye.
 */
function decompositionFigure(of: LadderDecomposition, confidence: number): TopLevelSpec {
  const { rows } = of;
  const rungs = rungsOf(rows.map(({ window }) => window));
  const labels = new Map(
    rungs.map(({ model, parameters }) => [model, `${model} (${formatParameters(parameters)})`]),
  );
  const order = [...labels.values()];
  const columns = DECOMPOSITION_TERMS.map((term) => termData(term, of, labels)).filter(
    ({ points, means }) => points.length + means.length > 0,
  );
  const spans = columns.map(spanOf);
  const length = Math.max(highestOf(spans.map(([low, high]) => high - low)), 0.5);
  const questions = new Set(rows.map(({ window }) => window.question)).size;
  return {
    config: figureConfig(2),
    title: {
      text: `Why the window closed: ${ladderName(of.ladder)}`,
      subtitle: [
        "log2 window = specificity + tolerance \u2212 onset, octaves. Onset: diamonds are predicted, margin over gain; the last column is measured minus predicted.",
        `${questions === 1 ? "One question" : `Small dots: ${questions} questions; large dots: their mean`}, with its ${formatStrength(confidence * 100)} % interval for these items. Questions without a number at some model are in no mean.`,
      ],
      ...HEADING,
    },
    data: { values: [] },
    columns: columns.length,
    align: "each",
    concat: columns.map((column, i) => panel(column, order, centred(spans[i] ?? [0, 0], length), i === 0)),
  };
}

function termData(
  term: DecompositionTerm,
  of: LadderDecomposition,
  labels: ReadonlyMap<string, string>,
): TermData {
  const { rows } = of;
  const questions = [...new Set(rows.map(({ window }) => window.question))];
  const place = (question: string) =>
    questions.length < 2 ? 0 : questions.indexOf(question) / (questions.length - 1) - 0.5;
  const points = rows.flatMap(({ window, summary }) => {
    const value = numberOf(summary, term);
    const model = labels.get(window.model);
    return value === null || model === undefined
      ? []
      : [{ model, octaves: value, place: place(window.question) }];
  });
  const predicted = rows.flatMap(({ window, summary }) => {
    const model = labels.get(window.model);
    return term !== "onset" || summary.predicted.name !== "at" || model === undefined
      ? []
      : [{ model, octaves: summary.predicted.position, place: place(window.question) }];
  });
  const means = of.means[term].flatMap(({ model, mean, low, high }) => {
    const label = labels.get(model);
    return label === undefined ? [] : [{ model: label, octaves: mean, low, high }];
  });
  return { term, points, means, predicted };
}

function numberOf(summary: DecompositionSummary, term: DecompositionTerm): number | null {
  const value = summary[term]?.value;
  return typeof value === "number" ? value : null;
}

function spanOf({ points, means, predicted }: TermData): readonly [number, number] {
  const all = [...points, ...predicted].map(({ octaves }) => octaves);
  const bounds = [...all, ...means.flatMap(({ low, high }) => [low, high])];
  return [lowestOf(bounds), highestOf(bounds)];
}

function centred([low, high]: readonly [number, number], length: number): [number, number] {
  const middle = (low + high) / 2;
  return [middle - length * 0.54, middle + length * 0.54];
}

function panel(
  column: TermData,
  models: readonly string[],
  domain: [number, number],
  first: boolean,
): PanelSpec {
  const colour = TERM_COLOURS[column.term];
  const x = (field: string) => ({
    field,
    type: "quantitative" as const,
    scale: { domain, nice: false, zero: false },
    axis: { title: "octaves", tickCount: 4, format: "+.2~f", grid: true },
  });
  const y = {
    field: "model",
    type: "nominal" as const,
    scale: { domain: [...models] },
    axis: { title: null, labels: first, ticks: first, labelLimit: 220 },
  };
  const yOffset = { field: "place", type: "quantitative" as const, scale: { domain: [-0.9, 0.9] } };
  const zero = domain[0] < 0 && domain[1] > 0;
  return {
    width: 170,
    height: { step: 44 },
    title: { text: TITLES[column.term] },
    layer: [
      ...(zero
        ? [
            {
              data: { values: [{ octaves: 0 }] },
              mark: { type: "rule" as const, color: QUIET, strokeDash: [2, 2] },
              encoding: { x: x("octaves") },
            },
          ]
        : []),
      {
        data: { values: [...column.predicted] },
        mark: { type: "point", shape: "diamond", size: 22, color: QUIET, opacity: 0.5 },
        encoding: { x: x("octaves"), y, yOffset },
      },
      {
        data: { values: [...column.points] },
        mark: { type: "point", filled: true, size: 18, color: colour, opacity: 0.45 },
        encoding: { x: x("octaves"), y, yOffset },
      },
      {
        data: { values: [...column.means] },
        mark: { type: "rule", color: colour, strokeWidth: 2 },
        encoding: { x: x("low"), x2: { field: "high" }, y },
      },
      {
        data: { values: [...column.means] },
        mark: { type: "point", filled: true, size: 80, color: colour, opacity: 1 },
        encoding: { x: x("octaves"), y },
      },
    ],
  };
}
