import { analysisOf } from "../config/defaults.js";
import type { Analysis } from "../config/experiment.js";
import { estimateWindow } from "../statistics/estimate-window.js";
import type { Cluster, OutcomeSeries } from "../statistics/outcomes.js";
import { aroundStrengths } from "../statistics/search-range.js";
import { findings, type ReportFiles, writeFindings } from "./assemble.js";
import type { Curve } from "./curves.js";
import { drawAll, drawerHere } from "./figures/drawer.js";
import { type SweepRow, sweepRows } from "./sweep-rows.js";
import { readRawTable } from "./sweep-table.js";

export interface WindowFromTableOptions {
  /** Folder for tables and figure. */
  readonly out: string;
  readonly analysis?: Analysis;
  readonly seed?: number;
}

/**
 * Windows and figure of anybody's sweep: a CSV or Arrow table of counts with the columns model, parameters, question,
 * strength, n_target, target_hits, n_capability, capability_passes, and optionally task or item (then one row a model,
 * question, strength and item). The target counts serve as *contains* and *strict* alike; the axis is logarithmic. A table does
 * not say which responses were degenerate, so the windows are fitted, with bootstrap intervals.
 *
 * @throws UserError naming everything that is wrong with the table, with file, line and column.
 */
export async function windowFromTable(path: string, options: WindowFromTableOptions): Promise<ReportFiles> {
  const rows = sweepRows(await readRawTable(path), path);
  const curves = tableCurves(rows);
  const found = await findings(
    { curves, conditions: [] },
    {
      analysis: options.analysis ?? analysisOf(undefined),
      seed: options.seed ?? 0,
      slotOf: () => 0,
      estimate: async (job) => estimateWindow(job),
    },
  );
  const figures = await drawAll(drawerHere(), found.figures);
  const beside = { pages: [], figures, sentences: [], design: null, exploratory: false };
  return await writeFindings(found, beside, options.out);
}

/** One curve a question and model: questions in the table's order, models up the ladder. */
export function tableCurves(rows: readonly SweepRow[]): Curve[] {
  const questions = [...new Set(rows.map(({ question }) => question))];
  return questions.flatMap((question) => {
    const asked = rows.filter((row) => row.question === question);
    const sizes = new Map(asked.map(({ model, parameters }) => [model, parameters]));
    const models = [...sizes].toSorted(([, a], [, b]) => a - b);
    return models.map(([model]) => toCurve(asked.filter((row) => row.model === model)));
  });
}

function toCurve(rows: readonly SweepRow[]): Curve {
  const [first] = rows;
  if (first === undefined) throw new RangeError("a curve needs rows");
  const target = outcomes(rows, ({ nTarget, targetHits }) => [targetHits, nTarget]);
  const capability = outcomes(rows, ({ nCapability, capabilityPasses }) => [capabilityPasses, nCapability]);
  return {
    model: first.model,
    parameters: first.parameters,
    question: first.question,
    method: "steering",
    role: "method",
    layer: null,
    positions: null,
    unit: null,
    capability: "capability",
    outcomes: { axis: "log", contains: target, strict: target, intact: null, capability },
    range: aroundStrengths({ axis: "log", strengths: target.strengths }),
    residPerStrength: null,
    rawPerStrength: null,
    unscored: { target: 0, capability: 0 },
    draws: [],
  };
}

function outcomes(rows: readonly SweepRow[], counts: (row: SweepRow) => [number, number]): OutcomeSeries {
  const strengths = [...new Set(rows.flatMap(({ strength }) => (strength === null ? [] : [strength])))];
  const at = (strength: number | null): Cluster[] =>
    rows
      .filter((row) => row.strength === strength)
      .map((row): Cluster => {
        const [hits, n] = counts(row);
        return { id: row.item ?? "all", values: Array.from({ length: n }, (_, i) => Number(i < hits)) };
      });
  const ascending = strengths.toSorted((a, b) => a - b);
  return { strengths: ascending, points: ascending.map(at), baseline: at(null) };
}
