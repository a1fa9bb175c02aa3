import type { Findings } from "../../analysis/findings.js";
import { widthUnit } from "../../analysis/width-unit.js";
import { type Panel, panelOf } from "../../analysis/windows/panel.js";
import { controlOf } from "../../analysis/windows/window-rows.js";
import type { Analysis } from "../../config/experiment.js";
import { formatStrength } from "../words/format.js";
import type { Figure } from "./figure.js";
import { steeringMulti } from "./steering-multi.js";
import { type FigureWords, steeringSweep } from "./steering-sweep.js";

/**
 * For every method, capability and place of layer the sweep of the first question over the ladder and, with several
 * questions, all of them. The first combination has the plain names `steering_sweep` and `steering_multi`; the names of
 * the others add the combination.
 */
export function steeringFigures({ curves, windows, settings }: Findings): Figure[] {
  const combinations = new Map<string, Panel[]>();
  curves.forEach((curve, i) => {
    const row = windows[i];
    if (row === undefined || row.role !== "method") return;
    const name = [row.method, row.capability, ...(row.slot === 0 ? [] : [`layer-${row.slot + 1}`])].join(".");
    const panels = combinations.get(name) ?? [];
    combinations.set(name, panels);
    panels.push(panelOf(curve, row, controlOf(curves, curve), settings.confidence));
  });
  return [...combinations].flatMap(([name, panels], i) => {
    const suffix = i === 0 ? "" : `.${name}`;
    const questions = new Set(panels.map(({ question }) => question));
    const [first] = questions;
    const what = name.replaceAll(".", ", ");
    const of = panels.filter(({ question }) => question === first);
    const sweep = {
      name: `steering_sweep${suffix}`,
      spec: steeringSweep(of, words(`${first}, ${what}`, of, settings)),
    };
    if (questions.size < 2) return [sweep];
    const multi = steeringMulti(panels, words(what, panels, settings));
    return [sweep, { name: `steering_multi${suffix}`, spec: multi }];
  });
}

function words(
  what: string,
  panels: readonly Panel[],
  { target_threshold: target, capability_threshold: capability, confidence }: Analysis,
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
