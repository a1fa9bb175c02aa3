import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analyse, EXPLORATORY } from "../../src/analysis/analyse.js";
import { buildCurves } from "../../src/analysis/curves.js";
import type { Findings } from "../../src/analysis/findings.js";
import type { CsvValue } from "../../src/report/csv/csv.js";
import { windowRecords } from "../../src/report/csv/window-csv.js";
import { DOCUMENTS, type Document } from "../../src/report/documents.js";
import { FIGURES, type FigureKind } from "../../src/report/figures/figures.js";
import { REPORT, writeReport } from "../../src/report/write-report.js";
import { here } from "./here.js";
import { LADDER, syntheticInput } from "./synthetic.js";

const FOLDER = mkdtempSync(join(tmpdir(), "findings-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

let findings: Findings;
beforeAll(async () => {
  const records = {
    ...syntheticInput({
      ...LADDER,
      models: LADDER.models.slice(0, 2),
      questions: ["caracara", "mercury"],
      draws: 2,
      bootstrap: 20,
      search: true,
    }),
    exploratory: true,
  };
  const { analysis: settings, seed } = records.experiment;
  findings = await analyse(buildCurves(records), { settings, seed, records, estimate: here.estimate });
});

/** Every number, name and truth value in a value, but draws. */
function leaves(value: unknown): string[] {
  if (ArrayBuffer.isView(value)) return [];
  if (typeof value !== "object" || value === null) return [String(value)];
  return Object.values(value).flatMap(leaves);
}

/** Columns of windows.csv that are worked out in a step from others of the value. */
const DERIVED: Readonly<Record<string, (row: Findings["windows"][number]) => CsvValue>> = {
  n_strengths: ({ strengths }) => strengths.length,
  lowest_strength: ({ strengths }) => strengths[0] ?? null,
  highest_strength: ({ strengths }) => strengths.at(-1) ?? null,
  control_draws: ({ control }) => control?.drawCollapses.length ?? null,
};
/** Names of a width that has several are joined, draws stand in one field, a share that no replicate has is 0. */
const JOINED =
  /^(fit_)?width_name$|^fit_control_draw_collapses$|_share_|_probability_|^collapse_over_control$/;

describe("the findings of a run", () => {
  it("are a value that cannot be changed, with everything that windows.csv says", () => {
    expect(Object.isFrozen(findings)).toBe(true);
    const records = windowRecords(findings);
    expect(records).toHaveLength(findings.windows.length);
    findings.windows.forEach((row, i) => {
      const said = new Set(leaves(row));
      for (const [column, cell] of Object.entries(records[i] ?? {})) {
        if (cell === null || JOINED.test(column)) continue;
        const derived = DERIVED[column];
        if (derived === undefined) expect(said, column).toContain(String(cell));
        else expect(cell, column).toBe(derived(row));
      }
    });
  });

  it("are written in another form by one file that takes them", async () => {
    const json: Document = {
      name: "windows.json",
      text: ({ stamp, windows }) =>
        JSON.stringify({ stamp, windows: windows.map(({ model, headline }) => ({ model, headline })) }),
    };
    const parts = { documents: [...DOCUMENTS, json], figures: [] };
    const { files } = await writeReport(findings, join(FOLDER, "json"), here.drawer, parts);
    expect(files.map((file) => basename(file))).toEqual([
      ...["report.md", "transcripts.md", "decomposition.csv", "trend.csv", "forecast.csv", "windows.md"],
      ...["windows.csv", "windows.json"],
    ]);
    const written = JSON.parse(readFileSync(join(FOLDER, "json", "windows.json"), "utf8"));
    expect(written.stamp).toBe(EXPLORATORY);
    expect(written.windows).toHaveLength(findings.windows.length);
    expect(written.windows[0].headline.window.onset).toEqual(findings.windows[0]?.headline?.window.onset);
  });

  it("are drawn in another figure by one function and one line, which is on the page and stamped", async () => {
    const dots: FigureKind = {
      place: "decomposition",
      draw: ({ windows }) => [
        {
          name: "onset_over_size",
          spec: {
            title: "Onset over size",
            data: {
              values: windows.flatMap(({ parameters, headline }) =>
                headline?.window.onset.name === "at"
                  ? [{ parameters, onset: headline.window.onset.strength }]
                  : [],
              ),
            },
            mark: "point",
            encoding: {
              x: { field: "parameters", type: "quantitative" },
              y: { field: "onset", type: "quantitative" },
            },
          },
        },
      ],
    };
    const parts = { ...REPORT, figures: [...FIGURES, dots] };
    const { figures } = await writeReport(findings, join(FOLDER, "dots"), here.drawer, parts);
    expect(figures.map((file) => basename(file))).toEqual([
      ...["steering_sweep.png", "steering_multi.png", "decomposition.png", "depth.png"],
      "onset_over_size.png",
    ]);
    const read = (name: string) => readFileSync(join(FOLDER, "dots", name), "utf8");
    expect(read("report.md")).toContain(
      "![decomposition](decomposition.svg)\n\n![onset over size](onset_over_size.svg)\n\n## Trend",
    );
    expect(read("onset_over_size.svg")).toContain(EXPLORATORY);
  });
});
