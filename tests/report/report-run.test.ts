import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReportInput } from "../../src/analysis/input.js";
import type { FigureDrawer } from "../../src/report/figures/drawing/drawer.js";
import { missingScoresText } from "../../src/report/markdown/missing-section.js";
import { reportRecords } from "../../src/report/report-run.js";
import type { WrittenReport } from "../../src/report/write-report.js";
import type { QuarantinedPiece } from "../../src/store/quarantine.js";
import { here } from "./here.js";
import { LADDER, syntheticInput } from "./synthetic.js";

const FOLDER = mkdtempSync(join(tmpdir(), "report-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** Two models and two questions of the synthetic ladder, fewer strengths. */
const INPUT: ReportInput = syntheticInput({
  ...LADDER,
  models: LADDER.models.slice(0, 2),
  questions: ["caracara", "mercury"],
  strengths: LADDER.strengths.filter((_, i) => i % 2 === 0),
  draws: 2,
  bootstrap: 100,
});

let report: WrittenReport;
const read = (name: string, folder = "first") => readFileSync(join(FOLDER, folder, name), "utf8");

beforeAll(async () => {
  report = await reportRecords(INPUT, join(FOLDER, "first"), here);
});

describe("reportRecords", () => {
  it("writes tables, transcripts and figures and lists them", () => {
    expect(report.files.map((file) => file.slice(join(FOLDER, "first").length + 1))).toEqual([
      "report.md",
      "transcripts.md",
      "decomposition.csv",
      "trend.csv",
      "windows.md",
      "windows.csv",
      "steering_sweep.svg",
      "steering_sweep.png",
      "steering_multi.svg",
      "steering_multi.png",
      "decomposition.svg",
      "decomposition.png",
    ]);
    for (const figure of report.figures) expect(report.summary).toContain(figure);
  });

  it("gives the same bytes for the same input", async () => {
    await reportRecords(INPUT, join(FOLDER, "second"), here);
    for (const file of report.files) {
      expect(readFileSync(file).equals(readFileSync(file.replace("/first/", "/second/"))), file).toBe(true);
    }
  });

  it("finds the synthetic crossings", () => {
    const [row] = report.findings.windows;
    if (row?.result.kind !== "estimated") throw new Error("the first window was not estimated");
    for (const window of [row.headline?.window, row.result.estimate.window]) {
      const ends = [window?.onset, window?.collapse].map((end) =>
        end?.name === "at" ? end.strength : Number.NaN,
      );
      expect(Math.abs(Math.log2((ends[0] ?? 0) / 0.8))).toBeLessThan(0.3);
      expect(Math.abs(Math.log2((ends[1] ?? 0) / 0.75))).toBeLessThan(0.3);
    }
    expect(row.headline?.estimator).toBe("posterior");
    expect(row.control?.drawCollapses).toHaveLength(2);
  });

  it("writes a name where a model is never steered, never a number", () => {
    const lines = read("windows.csv")
      .trim()
      .split("\n")
      .map((line) => line.split(","));
    const header = lines[0] ?? [];
    const row = lines.find((cells) => cells[0] === "nano-0.2m" && cells[2] === "mercury") ?? [];
    const value = (name: string) => row[header.indexOf(name)];
    expect([value("onset"), value("onset_name"), value("width"), value("width_name")]).toEqual([
      "",
      "never_steered",
      "",
      "never_steered",
    ]);
    expect(value("width_high_these")).toBe("never_steered");
  });

  it("says what could not have been shown", () => {
    const text = read("report.md");
    expect(text).toContain("A trend over size: 2 of the ladder's rungs were run, too few for any test.");
    expect(text).toContain("tasks like these, not to other questions");
  });

  it("shows transcripts at baseline and along the window", () => {
    const text = read("transcripts.md");
    for (const heading of ["### Unsteered", "### Onset", "### Beyond the collapse"])
      expect(text).toContain(heading);
    expect(text).toContain("<answer>owl</answer>");
    expect(text).toContain("````text");
  });
});

describe("the figures", () => {
  it.each([
    { name: "steering_sweep.svg", panels: 2 },
    { name: "steering_multi.svg", panels: 4 },
  ])("$name has its panels, legend and numbers", ({ name, panels }) => {
    const svg = read(name);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg.match(/class="mark-group role-scope concat_\d+_group"/g)).toHaveLength(panels);
    for (const label of [
      "target rate (strict)",
      "capability degradation (1 \u2212 score)",
      "capability degradation, random directions",
    ]) {
      expect(svg.split(`>${label}<`)).toHaveLength(2);
    }
    expect(svg.match(/stroke-dasharray="5,3"/g)?.length).toBe(panels + 1);
    expect(svg).toContain("octaves [");
  });

  it("draws text into the PNG with the shipped font", () => {
    const png = readFileSync(join(FOLDER, "first", "steering_sweep.png"));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.readUInt32BE(16)).toBeGreaterThan(900);
    expect(png.length).toBeGreaterThan(40_000);
  });
});

describe("scores that are missing", () => {
  it("are left out and counted, never scored 0", async () => {
    const scores = [...INPUT.scores].map((score) =>
      score.scorer === "python" && score.plan_index % 7 === 0
        ? { ...score, value: null, reason: "sandbox trap" }
        : score,
    );
    const missing = scores.filter(({ value }) => value === null).length;
    const part = { ...INPUT, scores };
    const { findings } = await reportRecords(part, join(FOLDER, "missing"), here);
    const { windows, missing: found } = findings;
    expect(found.scores).toEqual([{ scorer: "python", reason: "sandbox trap", scores: missing }]);
    expect(missingScoresText(found.scores).split("\n").slice(1)).toEqual([
      `  ${missing} by python: sandbox trap`,
    ]);
    for (const page of ["report.md", "windows.md"])
      expect(read(page, "missing")).toMatch(
        new RegExp(`\\| scores by python +\\| ${missing} +\\| the machine's +\\| sandbox trap +\\|`),
      );
    const [row] = windows;
    expect(row?.unscored.capability).toBeGreaterThan(20);
    expect((row?.samples.capability ?? 0) + (row?.unscored.capability ?? 0)).toBe(8 * 40);
    if (row?.result.kind !== "estimated") throw new Error("the first window was not estimated");
    expect(row.result.estimate.baselineCapability).toBeGreaterThan(0.94);
  });
});

describe("what could not be done", () => {
  it("is on the pages by reason, and what ended in no finite number beside its window", async () => {
    const piece = { block: "b", start: 0, rounds: 0, code: "out_of_memory", reason: "no memory | left" };
    const quarantined: QuarantinedPiece[] = [
      { ...piece, of: "samples", ids: ["a", "b"], fault: "machine" },
      { ...piece, of: "measurements", ids: ["c"], fault: "machine" },
    ];
    let spoiled = 0;
    const samples = [...INPUT.samples].map((sample) => {
      const own = sample.method === "caa-last-token" && sample.question === "caracara";
      if (!own || sample.model !== "nano-0.2m" || spoiled === 5) return sample;
      spoiled += 1;
      return { ...sample, stop: "error" as const };
    });
    const part = { ...INPUT, samples, quarantined };
    const { summary } = await reportRecords(part, join(FOLDER, "part"), here);
    for (const page of ["report.md", "windows.md"]) {
      const text = read(page, "part");
      expect(text).toMatch(
        /\| quarantined samples +\| 2 +\| the machine's +\| out_of_memory: no memory \\\| left \|/,
      );
      expect(text).toMatch(/\| quarantined measurements +\| 1 +\|/);
      expect(text).toContain("not finite under the edit, and count as failures: nano-0.2m 5.");
    }
    expect(summary).toContain(
      "Not finite under the edit, and failures: 5 answers and 0 task samples of nano-0.2m, caracara",
    );
    expect(read("report.md")).not.toContain("What is missing");
  });
});

describe("a figure that cannot be drawn", () => {
  it("is named on the page and in the summary, and everything else is written", async () => {
    const drawer: FigureDrawer = {
      ...here.drawer,
      draw: async (figure) =>
        figure.name === "steering_sweep"
          ? { kind: "undrawn", reason: "no paper" }
          : await here.drawer.draw(figure),
    };
    const partly = await reportRecords(INPUT, join(FOLDER, "partly"), { ...here, drawer });
    const sentence = "The figure steering_sweep could not be drawn: no paper.";
    expect(partly.undrawn).toEqual([{ name: "steering_sweep", reason: "no paper" }]);
    expect(partly.summary).toContain(sentence);
    const picture = "![steering sweep](steering_sweep.svg)";
    expect(read("report.md", "partly")).toBe(read("report.md").replace(picture, sentence));
    const missing = report.files.map((file) => file.replace("/first/", "/partly/"));
    expect(missing.filter((file) => !partly.files.includes(file)).map((file) => basename(file))).toEqual([
      "steering_sweep.svg",
      "steering_sweep.png",
    ]);
  });

  it("is none where one strength lies far from all others", async () => {
    const far = syntheticInput({
      ...LADDER,
      models: LADDER.models.slice(0, 1),
      questions: ["caracara"],
      strengths: [...LADDER.strengths.filter((_, i) => i % 2 === 0), 1e20],
      draws: 1,
      bootstrap: 20,
    });
    const { undrawn, figures } = await reportRecords(far, join(FOLDER, "far"), here);
    expect([undrawn, figures.length]).toEqual([[], 2]);
  });
});
