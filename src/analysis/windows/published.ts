import type { EstimateResult } from "../../statistics/fit/estimate.js";
import { strengthGrid, type Value, type Verdict, verdict, widthGrid } from "../../statistics/verdict.js";
import type { WindowRow } from "./window-rows.js";

/** One row of the table in "Steering Might Stop Working Soon" (J Bostock, 2026): question caracara, raw strengths. */
interface PublishedWindow {
  readonly model: string;
  readonly firstAny: Value;
  readonly firstMajority: Value;
  readonly lastCapable: Value;
  readonly width: Value;
}

export const PUBLISHED: readonly PublishedWindow[] = Object.freeze([
  { model: "gemma-3-1b-it", firstAny: 0.4, firstMajority: 0.7, lastCapable: 7, width: 6.3 },
  { model: "gemma-3-4b-it", firstAny: 0.4, firstMajority: 2, lastCapable: 3, width: 1 },
  {
    model: "gemma-3-12b-it",
    firstAny: "never_steered",
    firstMajority: "never_steered",
    lastCapable: 3,
    width: "never_steered",
  },
  { model: "gemma-3-27b-it", firstAny: 3, firstMajority: 3, lastCapable: 3, width: 0 },
]);

const QUANTITIES = ["firstAny", "firstMajority", "lastCapable", "width"] as const;
export type PublishedQuantity = (typeof QUANTITIES)[number];

export interface PublishedVerdict {
  readonly model: string;
  readonly quantity: PublishedQuantity;
  readonly published: Value;
  readonly measured: Value | null;
  readonly low: Value | null;
  readonly high: Value | null;
  readonly verdict: Verdict;
}

/** Published beside measured, with a verdict for each of the sixteen cells. Rows of models that were not run are absent. */
export function publishedVerdicts(windows: readonly WindowRow[], confidence: number): PublishedVerdict[] {
  return PUBLISHED.flatMap((published) => {
    const row = windows.find(
      (window) =>
        window.model === published.model && window.question === "caracara" && window.role === "method",
    );
    return QUANTITIES.map((quantity) => compare(published, quantity, row, confidence));
  });
}

function compare(
  published: PublishedWindow,
  quantity: PublishedQuantity,
  row: WindowRow | undefined,
  confidence: number,
): PublishedVerdict {
  const estimate = estimateOf(row?.result);
  const interval = estimate?.intervals.these?.grid[quantity] ?? null;
  const strengths = row?.strengths ?? [];
  const last = typeof estimate?.grid.lastCapable === "number" ? estimate.grid.lastCapable : 0;
  const grid = quantity === "width" ? widthGrid(strengths, last) : strengthGrid(strengths);
  return {
    model: published.model,
    quantity,
    published: published[quantity],
    measured: estimate === null ? null : (estimate.grid[quantity] ?? "never_steered"),
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    verdict: verdict(published[quantity], interval, grid, (1 - confidence) / 2),
  };
}

const estimateOf = (result: EstimateResult | undefined) =>
  result?.kind === "estimated" ? result.estimate : null;
