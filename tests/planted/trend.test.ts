import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { reportRun } from "../../src/report/report-run.js";
import { here } from "../report/here.js";
import { LONG, type PlantedRow, plant, plantedRun, truthOf } from "./planted-run.js";
import { readTable, type TableRecord } from "./read-windows.js";

const BEST_LAYER = 3;
/** As planted: octaves of width a doubling of parameters. */
const SHRINKING = -0.5;
const planted = plant("trend");

interface Report {
  /** The trend in width, of the only method and capability. */
  readonly trend: TableRecord;
  readonly decomposition: readonly TableRecord[];
}

async function reportOf(name: string, set: readonly string[]): Promise<Report> {
  const { folder, exitCode } = await plantedRun(planted.folder, join(planted.folder, name), set);
  expect(exitCode).toBe(0);
  await reportRun(folder, here, () => {});
  const trends = readTable(folder, "trend.csv").filter(({ estimand }) => estimand === "width");
  expect(trends).toHaveLength(1);
  return { trend: trends[0] ?? {}, decomposition: readTable(folder, "decomposition.csv") };
}

describe("a ladder whose windows shrink by half an octave a doubling, since they open later", () => {
  let shrinking: Report = { trend: {}, decomposition: [] };
  beforeAll(async () => {
    shrinking = await reportOf("shrinking", []);
  }, LONG);

  test("has that slope within its interval, and the verdict that it shrinks", () => {
    const { verdict, slope_low, slope_high } = shrinking.trend;
    expect(Number(slope_low)).toBeLessThan(SHRINKING);
    expect(Number(slope_high)).toBeGreaterThan(SHRINKING);
    expect(verdict).toBe("shrinks");
  });

  test("is taken apart into the planted specificity, tolerance and onset", () => {
    expect(shrinking.decomposition).toHaveLength(12);
    const misses = shrinking.decomposition.flatMap((row) => termMisses(row, plantedOf(row)));
    // Of 48 intervals of 95 %, 2.4 miss on average, and more than 6 in a hundred runs at most.
    expect(misses.length, misses.join("; ")).toBeLessThanOrEqual(6);
  });

  test("has the planted margin and gain from forward passes alone, to a hundredth of an octave", () => {
    for (const row of shrinking.decomposition) {
      expect(row.predicted_onset).toMatch(/^-?\d/);
      expect(Number(row.predicted_onset)).toBeCloseTo(log2(plantedOf(row).predicted_onset), 2);
    }
  });
});

describe("a ladder of equal windows", () => {
  test(
    "is never said to shrink, and its slope's interval holds 0",
    async () => {
      const { trend } = await reportOf("flat", ["questions=[kestrel, france, mars]"]);
      expect(Number(trend.slope_low)).toBeLessThan(0);
      expect(Number(trend.slope_high)).toBeGreaterThan(0);
      expect(["does not", "cannot tell"]).toContain(trend.verdict);
    },
    LONG,
  );
});

describe("too little to tell a trend by", () => {
  test(
    "is one question on two rungs, though its window shrinks",
    async () => {
      const { trend } = await reportOf("few", ["questions=[caracara]", "models=[rung-1, rung-2]"]);
      expect(trend.verdict).toBe("cannot tell");
    },
    LONG,
  );
});

const log2 = (strength: number | null) => Math.log2(strength ?? Number.NaN);

const plantedOf = ({ model = "", question = "" }: TableRecord): PlantedRow =>
  truthOf(planted, model, question, BEST_LAYER);

/** Terms whose interval does not hold what is planted. */
function termMisses(row: TableRecord, truth: PlantedRow): readonly string[] {
  const expected = {
    specificity: truth.specificity ?? Number.NaN,
    tolerance: log2(truth.control_collapse),
    onset: log2(truth.onset),
    unexplained: log2(truth.onset) - log2(truth.predicted_onset),
  };
  return Object.entries(expected).flatMap(([term, value]) => {
    const [low, high] = [row[`${term}_low`], row[`${term}_high`]];
    const numbers = low !== undefined && high !== undefined && low !== "" && high !== "";
    if (numbers && Number(low) <= value && value <= Number(high)) return [];
    return [`${term} of ${row.model}, ${row.question}: ${value} is not in ${low} to ${high}`];
  });
}
