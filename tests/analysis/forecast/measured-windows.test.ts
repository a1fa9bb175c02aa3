import { expect, test } from "vitest";
import { measuredWindows } from "../../../src/analysis/forecast/measured-windows.js";
import type { WindowRow } from "../../../src/analysis/windows/window-rows.js";
import { NO_POSTERIORS } from "../../../src/statistics/posterior/curve-posteriors.js";

function rowWith(changes: Partial<WindowRow>): WindowRow {
  return {
    ...{ model: "m", parameters: 1e6, question: "q", method: "caa", role: "method", layer: 3, slot: 0 },
    ...{ positions: "all", unit: "resid", capability: "python", axis: "log", tasks: 20 },
    ...{ residPerStrength: 1, rawPerStrength: 1, strengths: [1], range: { from: 0.25, to: 4 } },
    samples: { target: 1, capability: 1 },
    unscored: { target: 0, capability: 0 },
    nonFinite: { target: 0, capability: 0 },
    result: { kind: "not_estimated", reason: "too few" },
    posterior: NO_POSTERIORS,
    headline: null,
    control: null,
    ...changes,
  };
}

test("a window that was not estimated has no ends", () => {
  const shared = { model: "m", question: "q", method: "caa", layer: 3, unit: "resid" };
  expect(measuredWindows([rowWith({})])).toEqual([{ ...shared, onset: null, collapse: null, width: null }]);
});

test("a window without a layer or a unit is beside no forecast", () => {
  expect(measuredWindows([rowWith({ layer: null }), rowWith({ unit: null })])).toEqual([]);
});
