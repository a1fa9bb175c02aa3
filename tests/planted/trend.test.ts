import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { reportFolder } from "../../src/report/report-folder.js";
import type { WindowRow } from "../../src/report/window-rows.js";
import {
  type DecompositionSummary,
  decompose,
  predictOnset,
  summariseDecomposition,
} from "../../src/statistics/decomposition.js";
import { type HierarchicalTrend, hierarchicalTrend } from "../../src/statistics/hierarchical-trend.js";
import { placeBounds, widthCell } from "../../src/statistics/hierarchical-trend-cell.js";
import { trendVerdict } from "../../src/statistics/trend-verdict.js";
import { type ForecastRow, readForecast } from "../../src/store/forecast-file.js";
import { runFolder } from "../../src/store/run-folder.js";
import { LONG, type PlantedRow, plant, plantedRun, truthOf } from "./planted-run.js";

const CONFIDENCE = 0.95;
const BEST_LAYER = 3;
/** As planted: octaves of width a doubling of parameters. */
const SHRINKING = -0.5;
/** Slopes nearer to 0 are of no interest, in octaves a doubling. */
const SMALLEST = 0.1;
const planted = plant("trend");

interface Run {
  readonly windows: readonly WindowRow[];
  readonly forecast: readonly ForecastRow[];
}

async function run(name: string, set: readonly string[]): Promise<Run> {
  const { folder, exitCode } = await plantedRun(planted.folder, join(planted.folder, name), set);
  expect(exitCode).toBe(0);
  const { windows } = await reportFolder(folder);
  return { windows, forecast: readForecast(runFolder(folder).forecast) };
}

const ofMethod = ({ windows }: Run) => windows.filter(({ role }) => role === "method");

/** The slope of width over these windows, and what is said of it. */
function trendOf(rows: readonly WindowRow[], key: string) {
  const cells = rows.flatMap(({ model, parameters, question, posterior, range }) => {
    const draws = posterior.these?.draws;
    if (draws === undefined) throw new Error(`${model}, ${question} has no posterior`);
    const searched = { from: Math.log2(range.from), to: Math.log2(range.to) };
    const cell = widthCell({ ...draws, range: searched });
    return cell === null ? [] : [{ question, model, parameters, vector: 0, ...cell }];
  });
  const trend = hierarchicalTrend(placeBounds(cells), {
    ...{ scale: 0.5, confidence: CONFIDENCE, key },
    draws: 300,
  });
  const rule = { smallest: SMALLEST, alpha: 1 - CONFIDENCE, adjusted: null };
  return { trend, verdict: trendVerdict(trend, rule) };
}

function slopeOf(trend: HierarchicalTrend) {
  if (trend.kind === "not_fitted") throw new Error(trend.reason);
  return trend.slope;
}

describe("a ladder whose windows shrink by half an octave a doubling, since they open later", () => {
  let shrinking: Run = { windows: [], forecast: [] };
  beforeAll(async () => {
    shrinking = await run("shrinking", []);
  }, LONG);

  test("has that slope within its interval, and is said to shrink", () => {
    const { trend, verdict } = trendOf(ofMethod(shrinking), "shrinking");
    const slope = slopeOf(trend);
    expect(slope.low).toBeLessThan(SHRINKING);
    expect(slope.high).toBeGreaterThan(SHRINKING);
    expect(verdict).toBe("shrinks");
  });

  test("is taken apart into the planted specificity, tolerance and onset", () => {
    const misses = ofMethod(shrinking).flatMap((row) => {
      const truth = truthOf(planted, row.model, row.question, BEST_LAYER);
      return termMisses(summaryOf(row, shrinking.forecast), truth).map(
        (miss) => `${row.model}, ${row.question}: ${miss}`,
      );
    });
    // Of 48 intervals of 95 %, 2.4 miss on average, and more than 6 in a hundred runs at most.
    expect(misses.length, misses.join("; ")).toBeLessThanOrEqual(6);
  });

  test("has the planted margin and gain from forward passes alone, to a hundredth of an octave", () => {
    for (const row of ofMethod(shrinking)) {
      const { predicted_onset } = truthOf(planted, row.model, row.question, BEST_LAYER);
      const { predicted } = summaryOf(row, shrinking.forecast);
      if (predicted.name !== "at") throw new Error(`no onset is predicted: ${predicted.name}`);
      expect(predicted.position).toBeCloseTo(Math.log2(predicted_onset ?? 0), 2);
    }
  });

  test("cannot be told to shrink from one question on two rungs", () => {
    const few = ofMethod(shrinking).filter(
      ({ question, model }) => question === "caracara" && ["rung-1", "rung-2"].includes(model),
    );
    expect(trendOf(few, "few").verdict).toBe("cannot tell");
  });
});

describe("a ladder of equal windows", () => {
  test(
    "is never said to shrink, and its slope's interval holds 0",
    async () => {
      const flat = await run("flat", ["questions=[kestrel, france, mars]"]);
      const { trend, verdict } = trendOf(ofMethod(flat), "flat");
      const slope = slopeOf(trend);
      expect(slope.low).toBeLessThan(0);
      expect(slope.high).toBeGreaterThan(0);
      expect(["does not", "cannot tell"]).toContain(verdict);
    },
    LONG,
  );
});

function summaryOf(row: WindowRow, forecast: readonly ForecastRow[]): DecompositionSummary {
  const own = row.posterior.these?.draws;
  if (own === undefined) throw new Error(`${row.model}, ${row.question} has no posterior`);
  const choice = forecast.find(
    ({ model, question, method }) =>
      model === row.model && question === row.question && method === row.method,
  );
  const parts = decompose({
    onset: own.onset,
    collapse: own.collapse,
    controlCollapse: row.control?.posterior.these?.draws.collapse ?? null,
    predicted: predictOnset(choice ?? null),
  });
  return summariseDecomposition(parts, CONFIDENCE);
}

/** Terms whose interval does not hold what is planted. */
function termMisses(found: DecompositionSummary, truth: PlantedRow): readonly string[] {
  const log2 = (strength: number | null) => Math.log2(strength ?? Number.NaN);
  const expected = [
    ["specificity", found.specificity, truth.specificity ?? Number.NaN],
    ["tolerance", found.tolerance, log2(truth.control_collapse)],
    ["onset", found.onset, log2(truth.onset)],
    ["unexplained", found.unexplained, log2(truth.onset) - log2(truth.predicted_onset)],
  ] as const;
  return expected.flatMap(([name, term, value]) => {
    const { low, high } = term?.interval ?? {};
    const held = typeof low === "number" && typeof high === "number" && low <= value && value <= high;
    return held ? [] : [`${name} ${value} is not in ${low} to ${high}`];
  });
}
