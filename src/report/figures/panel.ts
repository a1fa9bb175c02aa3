import type { Collapse, Onset } from "../../statistics/fitted-window.js";
import { type OutcomeSeries, toSeries } from "../../statistics/outcomes.js";
import type { Axis } from "../../statistics/series.js";
import { wilsonInterval } from "../../statistics/wilson.js";
import type { Curve } from "../curves.js";
import { formatInterval, formatName, formatSigned } from "../format.js";
import type { WindowRow } from "../window-rows.js";
import { formatWidth } from "../window-table.js";

/** A rate with its interval at one strength. */
export interface Point {
  readonly strength: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** What one panel of a figure draws: numbers and words, no marks. */
export interface Panel {
  readonly model: string;
  readonly parameters: number;
  readonly question: string;
  readonly axis: Axis;
  readonly unit: string | null;
  readonly target: readonly Point[];
  /** 1 - capability. */
  readonly degradation: readonly Point[];
  /** Of the random directions, all draws pooled; empty where there are none. */
  readonly randomDegradation: readonly Point[];
  readonly onset: number | null;
  readonly collapse: number | null;
  /** From onset to collapse; open ends run to the end of the tested strengths. Null where there is no window. */
  readonly window: { readonly from: number; readonly to: number } | null;
  /** The width in words. */
  readonly verdict: string;
}

/** Panel data of a curve, its row of the window table and its random directions. */
export function panelOf(curve: Curve, row: WindowRow, control: Curve | null, confidence: number): Panel {
  const { outcomes, model, parameters, question, unit } = curve;
  const estimate = row.result.kind === "estimated" ? row.result.estimate : null;
  const strengths = outcomes.strict.strengths;
  return {
    model,
    parameters,
    question,
    axis: outcomes.axis,
    unit,
    target: points(outcomes.strict, confidence),
    degradation: points(outcomes.capability, confidence).map(degraded),
    randomDegradation: control === null ? [] : points(control.outcomes.capability, confidence).map(degraded),
    onset: placed(estimate?.window.onset),
    collapse: placed(estimate?.window.collapse),
    window: estimate === null ? null : span(estimate.window.onset, estimate.window.collapse, strengths),
    verdict: verdictOf(row),
  };
}

function points(outcomes: OutcomeSeries, confidence: number): Point[] {
  const { strengths, rates, n } = toSeries(outcomes);
  return strengths.map((strength, i) => {
    const rate = rates[i] ?? 0;
    const samples = n[i] ?? 1;
    return { strength, rate, ...wilsonInterval(rate * samples, samples, confidence) };
  });
}

function degraded({ strength, rate, low, high }: Point): Point {
  return { strength, rate: 1 - rate, low: 1 - high, high: 1 - low };
}

function placed(end: Onset | Collapse | undefined): number | null {
  return end?.name === "at" ? end.strength : null;
}

function span(onset: Onset, collapse: Collapse, strengths: readonly number[]): Panel["window"] {
  const from =
    onset.name === "at" ? onset.strength : onset.name === "steered_at_lowest" ? strengths[0] : undefined;
  const to =
    collapse.name === "at"
      ? collapse.strength
      : collapse.name === "never_collapsed"
        ? strengths.at(-1)
        : undefined;
  return from === undefined || to === undefined || from >= to ? null : { from, to };
}

function verdictOf({ result, axis }: WindowRow): string {
  if (result.kind === "not_estimated") return result.reason;
  const { window, intervals } = result.estimate;
  if (window.width.name === "unplaced") return formatName(formatWidth(window.width));
  const interval = (intervals.like_these ?? intervals.these)?.window.width ?? null;
  const unit = axis === "log" ? " octaves" : "";
  return `${window.width.empty ? "empty: " : ""}${formatSigned(window.width.value)}${unit} ${formatInterval(interval, formatSigned)}`;
}
