import { expect, test } from "vitest";
import type { Panel } from "../../../../src/analysis/windows/panel.js";
import type { WindowRow } from "../../../../src/analysis/windows/window-rows.js";
import { toSvg } from "../../../../src/report/figures/drawing/render.js";
import { captionLines, panelSize } from "../../../../src/report/figures/panel/layout.js";
import { steeringSweep } from "../../../../src/report/figures/steering-sweep.js";
import { NO_POSTERIORS } from "../../../../src/statistics/posterior/curve-posteriors.js";

const CAPTION = [
  "Shaded: the window, from onset (target rate 0.5) to collapse (0.9 of the unsteered capability), each a dotted rule.",
  "Lines and bands: posterior and its 95 % band. Points: measured rates, larger with more samples.",
];
/** Of a window that was not estimated: the size of a panel does not depend on its words. */
const ROW: WindowRow = {
  ...{ model: "model-0", parameters: 1e6, question: "q", method: "caa", role: "method", layer: 3 },
  ...{ positions: "all", unit: "resid", capability: "python", axis: "log", slot: 0, tasks: 20 },
  ...{ residPerStrength: 1, rawPerStrength: 1, strengths: [1], range: { from: 0.25, to: 4 } },
  samples: { target: 1, capability: 1 },
  unscored: { target: 0, capability: 0 },
  nonFinite: { target: 0, capability: 0 },
  result: { kind: "not_estimated", reason: "+2.00 octaves [+1.80, +2.20]" },
  posterior: NO_POSTERIORS,
  headline: null,
  control: null,
};
const points = [0.25, 0.5, 1, 2, 4].map((strength) => ({ strength, rate: 0.5, low: 0.4, high: 0.6, n: 16 }));
const panel = (model: string): Panel => ({
  ...{ model, parameters: 1e6, question: "q", axis: "log", unit: "resid", curves: null },
  ...{ target: points, degradation: points, randomDegradation: points },
  ...{ onset: 0.5, collapse: 2, window: { from: 0.5, to: 2 }, row: ROW },
});

test.each([1, 2, 3, 4, 9])("the panels of %i models fill most of a figure's width", async (models) => {
  const panels = Array.from({ length: models }, (_, i) => panel(`model-${i}`));
  const svg = await toSvg(steeringSweep(panels, { title: "Steering window", caption: CAPTION }));
  const width = Number(/<svg[^>]* width="(\d+)"/.exec(svg)?.[1]);
  const columns = Math.min(4, models);
  expect((columns * panelSize(columns, 190).width) / width).toBeGreaterThan(0.7);
});

test("a caption keeps its words, and its lines where there is room for them", () => {
  expect(captionLines(CAPTION, 3)).toEqual(CAPTION);
  const lines = captionLines(CAPTION, 1);
  expect(lines.join(" ")).toBe(CAPTION.join(" "));
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(92);
});
