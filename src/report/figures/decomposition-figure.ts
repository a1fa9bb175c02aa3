import type { TopLevelSpec } from "vega-lite";
import type { DecompositionRow } from "../../analysis/ladder/decomposition-rows.js";
import { rungsOf } from "../../analysis/ladder/ladder-window.js";
import { centralInterval } from "../../statistics/central-interval.js";
import type { Decomposition, DecompositionSummary } from "../../statistics/decomposition/decomposition.js";
import { highestOf, lowestOf } from "../../statistics/extremes.js";
import { meanOf } from "../../statistics/moments.js";
import { formatParameters, formatStrength } from "../markdown/format.js";
import type { PanelSpec } from "./panel/panel-spec.js";
import { COLOURS, figureConfig, HEADING, QUIET } from "./panel/style.js";

const TERMS = ["width", "specificity", "tolerance", "onset", "unexplained"] as const;
type Term = (typeof TERMS)[number];

const TITLES: Readonly<Record<Term, string>> = {
  width: "width",
  specificity: "= specificity",
  tolerance: "+ tolerance",
  onset: "\u2212 onset",
  unexplained: "onset not explained",
};

const TERM_COLOURS: Readonly<Record<Term, string>> = {
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

interface MeanPoint {
  readonly model: string;
  readonly octaves: number;
  readonly low: number;
  readonly high: number;
}

interface TermData {
  readonly term: Term;
  readonly points: readonly TermPoint[];
  readonly means: readonly MeanPoint[];
  /** Predicted onsets; of `onset` only. */
  readonly predicted: readonly TermPoint[];
}

/**
 * One column a term, one line a model: small dots are questions, the large dot their mean with its interval. All columns
 * have the same octaves to the width of the page, so that terms compare by eye.
 */
export function decompositionFigure(
  name: string,
  rows: readonly DecompositionRow[],
  confidence: number,
): TopLevelSpec {
  const rungs = rungsOf(rows.map(({ window }) => window));
  const labels = new Map(
    rungs.map(({ model, parameters }) => [model, `${model} (${formatParameters(parameters)})`]),
  );
  const order = [...labels.values()];
  const columns = TERMS.map((term) => termData(term, rows, labels, confidence)).filter(
    ({ points, means }) => points.length + means.length > 0,
  );
  const spans = columns.map(spanOf);
  const length = Math.max(highestOf(spans.map(([low, high]) => high - low)), 0.5);
  const questions = new Set(rows.map(({ window }) => window.question)).size;
  return {
    config: figureConfig(2),
    title: {
      text: `Why the window closed: ${name}`,
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
  term: Term,
  rows: readonly DecompositionRow[],
  labels: ReadonlyMap<string, string>,
  confidence: number,
): TermData {
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
  const numbered = rows.filter(({ draws }) => numbersOf(draws[term]) !== null);
  // A model without a number in any question takes no other's mean away.
  const models = new Set(numbered.map(({ window }) => window.model));
  const placed = questions.filter((question) =>
    rows.every(
      (row) => row.window.question !== question || !models.has(row.window.model) || numbered.includes(row),
    ),
  );
  const means = [...labels].flatMap(([model, label]) => {
    const own = numbered.filter(({ window }) => window.model === model && placed.includes(window.question));
    const mean = meanDraws(own.flatMap(({ draws }) => [numbersOf(draws[term]) ?? []]));
    return mean === null
      ? []
      : [{ model: label, octaves: meanOf(mean), ...centralInterval(mean, confidence) }];
  });
  return { term, points, means, predicted };
}

function numberOf(summary: DecompositionSummary, term: Term): number | null {
  const value = summary[term]?.value;
  return typeof value === "number" ? value : null;
}

/** Share of a window's draws that may be names; they are left out. */
const MOST_NAMED = 0.05;

/** The draws that are numbers; null where too many are not. */
function numbersOf(draws: Decomposition[Term]): readonly number[] | null {
  const numbers = (draws ?? []).filter((draw) => typeof draw === "number");
  return draws === null || numbers.length < (1 - MOST_NAMED) * draws.length ? null : numbers;
}

/** Draws of the mean over windows; null without any. */
function meanDraws(windows: readonly (readonly number[])[]): Float64Array | null {
  if (windows.length === 0) return null;
  const count = lowestOf(windows.map(({ length }) => length));
  return Float64Array.from({ length: count }, (_, i) => meanOf(windows.map((own) => own[i] ?? 0)));
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
