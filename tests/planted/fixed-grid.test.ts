import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { reportRun } from "../../src/report/report-run.js";
import { here } from "../report/here.js";
import { LONG, plant, plantedRun, truthOf } from "./planted-run.js";
import { missesOf, readTable, type TableRecord, windowOf } from "./read-windows.js";

const BEST_LAYER = 3;
/** Of a dozen intervals of 95 % one may miss: other code draws other samples. */
const ALLOWED_MISSES = 1;
const planted = plant("two-rungs");
let rows: readonly TableRecord[] = [];

beforeAll(async () => {
  const { folder, exitCode } = await plantedRun(planted.folder, join(planted.folder, "run"));
  expect(exitCode).toBe(0);
  await reportRun(folder, here, () => {});
  rows = readTable(folder, "windows.csv");
}, LONG);

describe("a fixed grid over planted curves, through the whole program", () => {
  test("finds every planted window within its interval", () => {
    const misses = [
      ["narrow", "caracara"],
      ["wide", "caracara"],
      ["wide", "mercury"],
      ["narrow", "mercury"],
    ].flatMap(([model = "", question = ""]) => {
      const { onset, collapse, width } = truthOf(planted, model, question, BEST_LAYER);
      return missesOf(windowOf(rows, model, question), { onset, collapse, width });
    });
    expect(misses.slice(ALLOWED_MISSES), misses.join("; ")).toEqual([]);
  });

  test("says where the model breaks before it is steered, and where steering does nothing", () => {
    expect(windowOf(rows, "wide", "caracara").empty).toBe("false");
    expect(windowOf(rows, "wide", "mercury").empty).toBe("true");
    expect(windowOf(rows, "narrow", "mercury").onset_name).toBe("never_steered");
  });

  test("finds the collapse of random directions, along which nothing is steered", () => {
    const misses = ["narrow", "wide"].flatMap((model) => {
      const row = windowOf(rows, model, "caracara", "random");
      expect(row.onset_name).toBe("never_steered");
      const { control_collapse } = truthOf(planted, model, "caracara", BEST_LAYER);
      return missesOf(row, { collapse: control_collapse });
    });
    expect(misses.slice(ALLOWED_MISSES), misses.join("; ")).toEqual([]);
  });

  test("is a run of the planted worker, and its manifest says so", () => {
    const manifest = readFileSync(join(planted.folder, "run", "manifest.json"), "utf8");
    expect(manifest).toContain('"engine": "planted_truth"');
  });
});
