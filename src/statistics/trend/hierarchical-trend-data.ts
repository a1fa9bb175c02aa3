import type { TrendCell } from "./trend-options.js";

/** Cells by index, for the sampler. */
export interface TrendData {
  readonly questions: number;
  /** For each rung, log2 parameters minus their mean over the rungs. */
  readonly x: readonly number[];
  /** Windows, one for each question and rung. */
  readonly groups: readonly TrendGroup[];
  /** True if some window has several vectors, so that their spread can be distinguished from the windows'. */
  readonly severalVectors: boolean;
}

interface TrendGroup {
  readonly question: number;
  readonly rung: number;
  readonly cells: readonly GroupCell[];
}

interface GroupCell {
  /** Known sampling variance; 0 for a censored cell, whose value is drawn. */
  readonly noise: number;
  /** Estimate, or the current draw of a censored cell's value. */
  value: number;
  readonly censored: { readonly limit: number; readonly side: 1 | -1 } | null;
}

/** `least`: smallest sampling sd, so that an estimate without any spread does not outweigh all others. */
export function toTrendData(cells: readonly TrendCell[], least: number): TrendData {
  const models = new Map(cells.map(({ model, parameters }) => [model, Math.log2(parameters)]));
  const rungs = [...models.keys()];
  const centre = [...models.values()].reduce((sum, x) => sum + x, 0) / models.size;
  const questions = [...new Set(cells.map(({ question }) => question))];
  const groups = new Map<string, { question: number; rung: number; cells: GroupCell[] }>();
  for (const cell of cells) {
    const key = JSON.stringify([cell.question, cell.model]);
    const group = groups.get(key) ?? {
      question: questions.indexOf(cell.question),
      rung: rungs.indexOf(cell.model),
      cells: [],
    };
    groups.set(key, group);
    group.cells.push(toGroupCell(cell, least));
  }
  return {
    questions: questions.length,
    x: [...models.values()].map((x) => x - centre),
    groups: [...groups.values()],
    severalVectors: [...groups.values()].some((group) => group.cells.length > 1),
  };
}

function toGroupCell(cell: TrendCell, least: number): GroupCell {
  if (cell.kind === "at") return { noise: Math.max(cell.sd, least) ** 2, value: cell.mean, censored: null };
  const side = cell.kind === "above" ? 1 : -1;
  return { noise: 0, value: cell.limit, censored: { limit: cell.limit, side } };
}
