import type { Findings } from "../../analysis/findings.js";
import type { FurtherCurve } from "../../analysis/further-curves.js";
import type { FurtherRow } from "../../analysis/further-rows.js";
import { highestOf, lowestOf } from "../../statistics/extremes.js";
import { askedId } from "../../statistics/tally/cell-tally.js";
import { groupBy } from "../../util/group-by.js";
import { formatInterval, formatRate, formatStrength } from "../words/format.js";
import { type Block, table } from "./page.js";

const NONE = "\u2013";

/** The results of the config's further scorers, one row for each curve; empty without any. */
export function furtherSection({ curves, rows }: Findings["further"]): Block[] {
  if (curves.length === 0) return [];
  const ofCurve = groupBy(rows, ({ curve }) => curve);
  return [
    "## Further scorers",
    "The mean of each scorer's values without steering, and the lowest and the highest mean at a tested strength, each with its interval (Wilson's). No window follows from them; `scorers.csv` has every strength.",
    table(
      [
        "scorer",
        "asked",
        "method",
        "model",
        "layer",
        "unsteered",
        "lowest",
        "highest",
        "samples",
        "unscored",
      ],
      curves.map((curve) => curveRow(curve, ofCurve.get(curve) ?? [])),
    ),
  ];
}

function curveRow(curve: FurtherCurve, rows: readonly FurtherRow[]): string[] {
  const means = rows.filter(({ label }) => label === null);
  const steered = means.filter((row) => row.steered);
  const at = (mean: number) => steered.find((row) => row.mean === mean);
  return [
    curve.outcome.smaller_is_better ? `${curve.scorer} (smaller is better)` : curve.scorer,
    askedId(curve.asked),
    curve.method,
    curve.model,
    curve.layer === null ? NONE : String(curve.layer),
    pointText(means.find((row) => !row.steered)),
    pointText(at(lowestOf(steered.map(({ mean }) => mean)))),
    pointText(at(highestOf(steered.map(({ mean }) => mean)))),
    String(steered.reduce((sum, { n }) => sum + n, 0)),
    String(curve.unscored),
  ];
}

function pointText(row: FurtherRow | undefined): string {
  if (row === undefined) return NONE;
  const rate = `${formatRate(row.mean)} ${formatInterval(row, formatRate)}`;
  return row.strength === null ? rate : `${rate} at ${formatStrength(row.strength)}`;
}
