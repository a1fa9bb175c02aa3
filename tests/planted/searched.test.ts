import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { reportRun } from "../../src/report/report-run.js";
import { type DesignRecord, readDesignRecord } from "../../src/store/design-record.js";
import { openRun } from "../../src/store/folder/read-run.js";
import { runFolder } from "../../src/store/run-folder.js";
import { here } from "../report/here.js";
import { LONG, plant, plantedRun, truthOf } from "./planted-run.js";
import { boundOf, missesOf, readTable, type TableRecord, windowOf } from "./read-windows.js";

const MODELS = ["small", "large"];
const QUESTIONS = ["caracara", "australia", "mercury"];
/** As planted: where the rung's own window is widest. */
const BEST_LAYER: Readonly<Record<string, number>> = { small: 1, large: 3 };
/** Of 24 intervals of 95 % two may miss: other code draws other samples. */
const ALLOWED_MISSES = 2;
const PRECISION = 0.5;

const planted = plant("searched");
let rows: readonly TableRecord[] = [];
let design: DesignRecord | null = null;

beforeAll(async () => {
  const { folder, exitCode } = await plantedRun(planted.folder, join(planted.folder, "run"));
  expect(exitCode).toBe(0);
  await reportRun(folder, here, () => {});
  rows = readTable(folder, "windows.csv");
  design = readDesignRecord(openRun(folder).files, runFolder(folder).design);
}, LONG);

const conditions = MODELS.flatMap((model) => QUESTIONS.map((question) => [model, question] as const));

describe("an experiment that states neither layers nor strengths", () => {
  test("takes the layer that is planted as the best", () => {
    const chosen = Object.fromEntries(design?.layers.map(({ model, layer }) => [model, layer]) ?? []);
    expect(chosen).toEqual(BEST_LAYER);
    for (const row of rows) expect(Number(row.layer)).toBe(BEST_LAYER[row.model ?? ""]);
  });

  test("finds planted windows, from empty to two octaves wide, within their intervals", () => {
    const misses = conditions.flatMap(([model, question]) => {
      const truth = truthOf(planted, model, question, BEST_LAYER[model] ?? 0);
      const { onset, collapse, width } = truth;
      return [
        ...missesOf(windowOf(rows, model, question), { onset, collapse, width }),
        ...missesOf(windowOf(rows, model, question, "random"), { collapse: truth.control_collapse }),
      ];
    });
    expect(misses.slice(ALLOWED_MISSES), misses.join("; ")).toEqual([]);
  });

  test("stops as soon as each interval is as narrow as asked", () => {
    expect(design?.stop).toBe("precision");
    for (const [model, question] of conditions) {
      const row = windowOf(rows, model, question);
      const length = boundOf(row, "width_high_these") - boundOf(row, "width_low_these");
      if (Number.isFinite(length)) expect(length, `${model}, ${question}`).toBeLessThan(1.1 * PRECISION);
    }
  });

  test("names the question that no strength steers, is nearly sure of the widest windows, and of none that is empty", () => {
    const probability = (model: string, question: string) =>
      Number(windowOf(rows, model, question).window_probability_these);
    expect(windowOf(rows, "small", "mercury").onset_name).toBe("never_steered");
    expect(probability("small", "mercury")).toBeLessThan(0.05);
    expect(probability("small", "australia")).toBeLessThan(0.95);
    expect(probability("small", "caracara")).toBeGreaterThan(0.99);
    expect(probability("large", "mercury")).toBeGreaterThan(0.99);
  });
});
