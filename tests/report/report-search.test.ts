import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXPLORATORY } from "../../src/analysis/analyse.js";
import type { ReportInput } from "../../src/analysis/input.js";
import { reportRecords } from "../../src/report/report-run.js";
import type { WrittenReport } from "../../src/report/write-report.js";
import { here } from "./here.js";
import { LADDER, syntheticInput } from "./synthetic.js";

const FOLDER = mkdtempSync(join(tmpdir(), "report-search-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** Searched strengths and chosen layers; analysis settings other than those fixed before data. */
const INPUT: ReportInput = {
  ...syntheticInput({
    ...LADDER,
    models: LADDER.models.slice(0, 2),
    questions: ["caracara", "mercury"],
    draws: 1,
    bootstrap: 20,
    search: true,
  }),
  exploratory: true,
};

let report: WrittenReport;
const read = (name: string) => readFileSync(join(FOLDER, name), "utf8");
const records = () => {
  const [header = [], ...rows] = read("windows.csv")
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ""])));
};

beforeAll(async () => {
  report = await reportRecords(INPUT, FOLDER, here);
});

describe("a report on searched strengths", () => {
  it("puts the posterior first and keeps the fits beside it", () => {
    const rows = records();
    expect(new Set(rows.map((row) => row.estimator))).toEqual(new Set(["posterior"]));
    const [row] = rows;
    expect(Number(row?.search_from)).toBe(0.05);
    expect(Math.abs(Math.log2(Number(row?.onset) / 0.8))).toBeLessThan(0.2);
    expect(Number(row?.width_low_these)).toBeLessThan(Number(row?.width));
    expect(row?.fit_onset).not.toBe(row?.onset);
    for (const name of [
      "window_probability_these",
      "safety",
      "frontier_02_rate",
      "frontier_10_gain_high_these",
    ])
      expect(row?.[name], name).toMatch(/^-?[\d.e-]+$/);
  });

  it("leaves the development question out of windows, trends and tables, and says what it was for", () => {
    for (const file of ["windows.csv", "windows.md", "transcripts.md"])
      expect(read(file)).not.toContain("venus");
    const [before, after] = read("report.md").split("## Layers");
    expect(before).not.toContain("venus");
    expect(after).toContain("Chosen on the development questions (venus), none of which is reported");
    expect(after).toContain("80 of them were of development questions");
  });

  it("tells how each layer was chosen, forecast and sampled apart", () => {
    const text = read("report.md");
    expect(text).toMatch(/\| caa-last-token \| nano-0.5m \| 3 +\| yes +\| \+0.32 +\| 0.70 +\| 2 +\| 160 +\|/);
    expect(text).toMatch(/\| caa-last-token \| nano-0.5m \| 0 +\| +\| – +\| – +\| 0 +\| 0 +\|/);
  });

  it("keeps forecasts in a separate file, which may show the development question", () => {
    expect(read("forecast.csv")).toContain("venus");
    expect(read("windows.csv").split("\n")[0]).not.toContain("forecast");
  });

  it("draws window and frontier over depth, a rung a row, three panels each", () => {
    const svg = read("depth.svg");
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg.match(/class="mark-group role-scope concat_\d+_group"/g)).toHaveLength(6);
    expect(svg).toContain("sampled T(0.05)");
    expect(report.figures.map((file) => basename(file))).toContain("depth.png");
  });

  it("tells the frontier at a strength that one half of the questions chose and the other half judges", () => {
    for (const page of ["report.md", "windows.md"]) {
      const [, section = ""] = read(page).split("### One strength for all questions");
      expect(section).toMatch(
        /\| caa-last-token \| nano-0.5m \| 3 +\| 2 +\| 0\.\d\d \[0\.\d\d, [01]\.\d\d\] \(.* keeps/,
      );
    }
  });

  it("lists the windows that were not reached with the samples they would take", () => {
    expect(report.summary).toContain(
      "Not reached, 2 of 4 windows: an interval of 0.4 octaves, for these tasks",
    );
    expect(report.summary).toContain(
      "nano-0.2m, mercury, caa-last-token, layer 3: 0.62 octaves after 700 samples; about 1700 would reach it",
    );
    expect(read("report.md")).toContain("## Windows that were not reached");
  });
});

describe("the exploratory stamp", () => {
  it("is in every figure, page and table, and in the summary", () => {
    for (const file of report.files.filter((path) => !path.endsWith(".png"))) {
      expect(readFileSync(file, "utf8"), file).toContain(EXPLORATORY);
    }
    expect(report.summary.startsWith(EXPLORATORY)).toBe(true);
    expect(new Set(records().map(({ stamp }) => stamp))).toEqual(new Set([EXPLORATORY]));
  });

  it("is under every table of a page", () => {
    for (const page of ["report.md", "windows.md"]) {
      const tables = read(page).match(/^\|-/gm)?.length ?? 0;
      expect(tables).toBeGreaterThan(3);
      expect(read(page).match(new RegExp(EXPLORATORY, "g"))).toHaveLength(tables + 1);
    }
  });

  it("is not there where the settings are those fixed before data", async () => {
    const folder = join(FOLDER, "frozen");
    const frozen = await reportRecords({ ...INPUT, exploratory: false }, folder, here);
    for (const file of frozen.files) expect(readFileSync(file, "utf8")).not.toContain("exploratory");
    expect(frozen.summary).not.toContain("exploratory");
  });
});
