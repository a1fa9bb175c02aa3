import type { TopLevelSpec } from "vega-lite";
import type { Curve } from "../../analysis/curves.js";
import { controlOf, type WindowRow } from "../../analysis/window-rows.js";
import { formatStrength } from "../markdown/format.js";
import { widthUnit } from "../markdown/width-unit.js";
import { type Panel, panelOf } from "./panel/panel.js";
import { steeringMulti } from "./steering-multi.js";
import { type FigureWords, steeringSweep } from "./steering-sweep.js";

export interface Figure {
  /** File name without extension. */
  readonly name: string;
  readonly spec: TopLevelSpec;
}

export interface FigureOptions {
  readonly confidence: number;
  readonly target: number;
  readonly capability: number;
  /** Place of a row's layer in its method's list: one figure a place. */
  readonly slotOf: (row: WindowRow) => number;
}

/**
 * The figures of a report: for every method, capability and place of layer the sweep of the first question over the
 * ladder and, with several questions, all of them. The first combination has the plain names `steering_sweep` and
 * `steering_multi`; the others add what they are of. `rows` are the rows of `curves`, in the same order.
 */
export function reportFigures(
  curves: readonly Curve[],
  rows: readonly WindowRow[],
  options: FigureOptions,
): Figure[] {
  const combinations = new Map<string, Panel[]>();
  curves.forEach((curve, i) => {
    const row = rows[i];
    if (row === undefined || row.role !== "method") return;
    const slot = options.slotOf(row);
    const name = [row.method, row.capability, ...(slot === 0 ? [] : [`layer-${slot + 1}`])].join(".");
    const panels = combinations.get(name) ?? [];
    combinations.set(name, panels);
    panels.push(panelOf(curve, row, controlOf(curves, curve), options.confidence));
  });
  return [...combinations].flatMap(([name, panels], i) => {
    const suffix = i === 0 ? "" : `.${name}`;
    const questions = new Set(panels.map(({ question }) => question));
    const [first] = questions;
    const what = name.replaceAll(".", ", ");
    const of = panels.filter(({ question }) => question === first);
    const sweep = {
      name: `steering_sweep${suffix}`,
      spec: steeringSweep(of, words(`${first}, ${what}`, of, options)),
    };
    if (questions.size < 2) return [sweep];
    const multi = steeringMulti(panels, words(what, panels, options));
    return [sweep, { name: `steering_multi${suffix}`, spec: multi }];
  });
}

function words(
  what: string,
  panels: readonly Panel[],
  { target, capability, confidence }: FigureOptions,
): FigureWords {
  const percent = `${formatStrength(confidence * 100)} %`;
  const posterior = panels.some(({ curves }) => curves !== null);
  const unit = widthUnit(panels.map(({ axis }) => axis));
  return {
    title: `Steering window: ${what}`,
    caption: [
      `Shaded: the window, from onset (target rate ${formatStrength(target)}) to collapse (${formatStrength(capability)} of the unsteered capability), each a dotted rule.`,
      posterior
        ? `Lines and bands: posterior and its ${percent} band. Points: measured rates, larger with more samples.`
        : `Bands: ${percent} Wilson intervals. Under each title: width and its bootstrap interval, for these tasks.`,
      ...(posterior
        ? [`Under each title: width in ${unit} and its ${percent} interval, for these tasks.`]
        : []),
    ],
  };
}
