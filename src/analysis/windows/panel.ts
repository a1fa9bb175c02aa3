import type { Collapse, Onset } from "../../statistics/fit/fitted-window.js";
import { type OutcomeSeries, toSeries } from "../../statistics/outcomes.js";
import { type BandPoint, capabilityBand, placesAlong } from "../../statistics/posterior/bands.js";
import type { Axis } from "../../statistics/series.js";
import { wilsonInterval } from "../../statistics/wilson.js";
import type { Curve } from "../curves.js";
import type { WindowRow } from "./window-rows.js";

/** A rate with its interval at one strength. */
export interface Point {
  readonly strength: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
  /** Samples behind it; null on a curve. */
  readonly n: number | null;
}

/** One curve and its row of the window table, as they are drawn: rates, bands and where the window lies. */
export interface Panel {
  readonly model: string;
  readonly parameters: number;
  readonly question: string;
  readonly axis: Axis;
  readonly unit: string | null;
  readonly target: readonly Point[];
  /** 1 - capability. */
  readonly degradation: readonly Point[];
  /** The posterior's curves with their credible bands, drawn in place of lines between the points; null without one. */
  readonly curves: { readonly target: readonly Point[]; readonly degradation: readonly Point[] } | null;
  /** Of the random directions, all draws pooled, the posterior's where there is one; empty where there are none. */
  readonly randomDegradation: readonly Point[];
  readonly onset: number | null;
  readonly collapse: number | null;
  /** From onset to collapse; open ends run to the end of the tested strengths. Null where there is no window. */
  readonly window: { readonly from: number; readonly to: number } | null;
  readonly row: WindowRow;
}

/** Panel data of a curve, its row of the window table and its random directions. */
export function panelOf(curve: Curve, row: WindowRow, control: Curve | null, confidence: number): Panel {
  const { outcomes, model, parameters, question, unit } = curve;
  const window = row.headline?.window;
  const strengths = outcomes.strict.strengths;
  const posterior = row.posterior.these?.bands ?? null;
  return {
    model,
    parameters,
    question,
    axis: outcomes.axis,
    unit,
    target: points(outcomes.strict, confidence),
    degradation: points(outcomes.capability, confidence).map(degraded),
    curves:
      posterior === null
        ? null
        : {
            target: posterior.target.map(onCurve),
            degradation: posterior.capability.map((point) => degraded(onCurve(point))),
          },
    randomDegradation: control === null ? [] : randomCurve(control, row, confidence),
    onset: placed(window?.onset),
    collapse: placed(window?.collapse),
    window: window === undefined ? null : span(window.onset, window.collapse, strengths),
    row,
  };
}

function points(outcomes: OutcomeSeries, confidence: number): Point[] {
  const { strengths, rates, n } = toSeries(outcomes);
  return strengths.map((strength, i) => {
    const rate = rates[i] ?? 0;
    const samples = n[i] ?? 1;
    return { strength, rate, n: samples, ...wilsonInterval(rate * samples, samples, confidence) };
  });
}

function degraded({ strength, rate, low, high, n }: Point): Point {
  return { strength, rate: 1 - rate, low: 1 - high, high: 1 - low, n };
}

function onCurve(point: BandPoint): Point {
  return { ...point, n: null };
}

function randomCurve(
  control: Curve,
  { control: beside, strengths, axis }: WindowRow,
  confidence: number,
): Point[] {
  const curves = beside?.posterior.these?.curves;
  return curves === undefined
    ? points(control.outcomes.capability, confidence).map(degraded)
    : capabilityBand(curves, axis, placesAlong(strengths, axis), confidence).map((point) =>
        degraded(onCurve(point)),
      );
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
