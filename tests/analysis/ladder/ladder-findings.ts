import type { Findings } from "../../../src/analysis/findings.js";
import { contrastRows } from "../../../src/analysis/ladder/contrasts.js";
import { decompositionFindings } from "../../../src/analysis/ladder/decomposition-findings.js";
import type { LadderWindow } from "../../../src/analysis/ladder/ladder-window.js";
import { trendRows } from "../../../src/analysis/ladder/trend-rows.js";
import { DEFAULT_ANALYSIS } from "../../../src/config/defaults.js";
import type { Analysis } from "../../../src/config/experiment.js";

/** What is found in the windows of a ladder, and nothing else. */
export function ladderFindings(windows: readonly LadderWindow[], changes: Partial<Analysis> = {}): Findings {
  const settings = { ...DEFAULT_ANALYSIS, ...changes };
  return {
    ...{ stamp: null, settings, curves: [], windows: [], conditions: [], sharedStrengths: [] },
    pooledControls: { hits: 0, n: 0, high: 1 },
    ranks: [],
    decomposition: decompositionFindings(windows, settings, 0),
    slopes: trendRows(windows, [], { analysis: settings, seed: 0, draws: 500 }),
    contrasts: contrastRows(windows, settings),
    published: [],
    further: { curves: [], rows: [] },
    missing: { quarantined: [], scores: [] },
    run: null,
  };
}
