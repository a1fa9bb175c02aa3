import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { afterAll, describe, expect, it } from "vitest";
import { PUBLISHED } from "../../../src/analysis/windows/published.js";
import { drawerHere } from "../../../src/report/figures/drawing/drawer.js";
import { windowFromTable } from "../../../src/report/user-table/window-from-table.js";

const FOLDER = mkdtempSync(join(tmpdir(), "window-table-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const ANALYSIS = {
  target_threshold: 0.5,
  capability_threshold: 0.9,
  frontier_loss: 0.05,
  frontier_losses: [0.02, 0.05, 0.1],
  smallest_slope: { width: 0.1, safety: 0.1, frontier: 0.02 },
  primary: "width" as const,
  contrasts: [],
  confidence: 0.95,
  bootstrap: 100,
};
const WITH = { analysis: ANALYSIS, drawer: drawerHere() };
const COLUMNS = "model,parameters,question,strength,n_target,target_hits,n_capability,capability_passes";
const EXAMPLE = fileURLToPath(new URL("../../../docs/examples/published-crossings.csv", import.meta.url));

function csvFile(name: string, lines: string[]): string {
  const path = join(FOLDER, name);
  writeFileSync(path, lines.join("\n"));
  return path;
}

async function problems(lines: string[]): Promise<string> {
  const path = csvFile("broken.csv", lines);
  const failed = windowFromTable(path, { out: join(FOLDER, "broken"), ...WITH });
  return await failed.then(
    () => "no problem",
    (error: unknown) => (error instanceof Error ? error.message.replaceAll(path, "FILE") : String(error)),
  );
}

describe("windowFromTable", () => {
  it("gives the published numbers from the shipped synthetic curves with the published crossings", async () => {
    const out = join(FOLDER, "published");
    const report = await windowFromTable(EXAMPLE, { out, ...WITH });
    const measured = report.findings.windows.map(({ model, result }) => {
      if (result.kind === "not_estimated") throw new Error(result.reason);
      const { firstAny, firstMajority, lastCapable, width } = result.estimate.grid;
      return { model, firstAny, firstMajority, lastCapable, width: width ?? "never_steered" };
    });
    expect(measured).toEqual(
      PUBLISHED.map((row) => ({
        ...row,
        model: `${row.model} (synthetic)`,
        width: typeof row.width === "number" ? expect.closeTo(row.width, 12) : row.width,
      })),
    );
    expect(report.summary).toContain("never steered");
    expect(report.figures).toHaveLength(1);
    for (const file of report.files) {
      expect(readFileSync(file).length).toBeGreaterThan(100);
      if (!file.endsWith(".png")) expect(readFileSync(file, "utf8"), file).toContain("(synthetic)");
    }
  });

  it("stays on the bootstrap, and says so: a table does not tell which responses were degenerate", async () => {
    const out = join(FOLDER, "bootstrap");
    const { findings, files } = await windowFromTable(EXAMPLE, { out, ...WITH });
    expect(findings.windows.map(({ headline }) => headline?.estimator)).toEqual(Array(4).fill("bootstrap"));
    const page = files.find((file) => file.endsWith("windows.md")) ?? "";
    expect(readFileSync(page, "utf8")).toContain("so no posterior applies");
  });

  it("reads the same windows from Arrow as from CSV", async () => {
    const [, ...lines] = readFileSync(EXAMPLE, "utf8").trim().split("\n");
    const rows = lines.map((line) => line.split(","));
    const numbers = (at: number) => rows.map((cells) => Number(cells[at]));
    const table = tableFromArrays({
      model: rows.map(([model]) => model ?? ""),
      parameters: Float64Array.from(numbers(1)),
      question: rows.map((cells) => cells[2] ?? ""),
      strength: Float64Array.from(numbers(3)),
      n_target: Int32Array.from(numbers(4)),
      target_hits: BigInt64Array.from(numbers(5).map(BigInt)),
      n_capability: Int32Array.from(numbers(6)),
      capability_passes: Int32Array.from(numbers(7)),
    });
    const path = join(FOLDER, "published.arrow");
    writeFileSync(path, tableToIPC(table, "file"));
    const arrow = await windowFromTable(path, { out: join(FOLDER, "arrow"), ...WITH });
    const csv = await windowFromTable(EXAMPLE, { out: join(FOLDER, "published"), ...WITH });
    expect(arrow.findings.windows).toEqual(csv.findings.windows);
  });

  it("clusters by item, and generalises to items like these from 20 of them on", async () => {
    const items = Array.from({ length: 20 }, (_, i) => `item-${i}`);
    const lines = items.flatMap((item) =>
      ["0", "0.5", "1", "2"].map((strength) => {
        const passes = Number(strength) < 2 ? 2 : Number(item.endsWith("1"));
        return `tiny,1000,q,${strength},2,${Number(strength) >= 1 ? 2 : 0},2,${passes},${item}`;
      }),
    );
    const path = csvFile("items.csv", [`${COLUMNS},item`, ...lines]);
    const { findings } = await windowFromTable(path, { out: join(FOLDER, "items"), ...WITH });
    const [row] = findings.windows;
    expect(row).toMatchObject({ tasks: 20, samples: { target: 120, capability: 120 } });
    expect(row?.result.kind === "estimated" && row.result.estimate.intervals.like_these).not.toBeNull();
  });

  it("names all that is wrong at once, with line and column", async () => {
    const message = await problems([
      COLUMNS,
      "m,1000,q,0,20,0,40,40",
      "m,1000,q,abc,20,0,40,40",
      "m,-1,q,1,20,21,40,40",
      "m,1000,,2,20,1.5,40,",
    ]);
    expect(message.split("\n")).toEqual([
      'FILE:3:10 strength: has no valid value, received "abc", expected a number from 0, or nothing for the baseline',
      'FILE:4:3 parameters: has no valid value, received "-1", expected a positive number',
      'FILE:4:13 target_hits: has no valid value, received "21", expected a whole number from 0 to n_target',
      "FILE:5:8 question: is empty, expected a name",
      'FILE:5:14 target_hits: has no valid value, received "1.5", expected a whole number from 0 to n_target',
      "FILE:5:21 capability_passes: has no valid value, expected a whole number from 0 to n_capability",
    ]);
  });

  it("asks for missing columns, baselines and unique rows", async () => {
    expect(await problems(["model,strength", "m,1"])).toContain("FILE parameters: column is missing");
    expect(await problems([COLUMNS, "m,1000,q,1,20,0,40,40"])).toContain("no baseline of m, q");
    const twice = [COLUMNS, "m,1000,q,0,20,0,40,40", "m,1000,q,1,20,0,40,40", "m,1000,q,1,20,0,40,40"];
    expect(await problems(twice)).toContain("FILE:4:10 strength: repeats line 3");
    expect(await problems([COLUMNS])).toContain("has no rows");
  });

  it("refuses more than its windows can be computed of, with the bound and what to do", async () => {
    const sweep = (model: string, strength: number, n: number) => `${model},1000,q,${strength},${n},0,40,40`;
    const many = Array.from({ length: 201 }, (_, i) => [sweep(`m${i}`, 0, 20), sweep(`m${i}`, 1, 20)]);
    expect(await problems([COLUMNS, ...many.flat()])).toBe(
      "FILE: too many sweeps (a model and question each), received 201, expected at most 200: split the table by question or model",
    );
    const fine = Array.from({ length: 10_001 }, (_, i) => sweep("m", i, 0));
    expect(await problems([COLUMNS, ...fine])).toContain("received 10001, expected at most 10000");
    expect(await problems([COLUMNS, sweep("m", 0, 1e9), sweep("m", 1, 20)])).toContain(
      "too many answers and task samples (n_target and n_capability), received 1000000100, expected at most 500000",
    );
  });

  it("names what is wrong with 130,000 lines", async () => {
    const lines = Array.from({ length: 130_000 }, () => "m,1000,q,1,20,0,40,40");
    expect(await problems([COLUMNS, ...lines])).toContain("FILE:3:10 strength: repeats line 2");
  });

  it("finds before anything is computed that its folder cannot be made", async () => {
    const file = csvFile("in-the-way", [""]);
    for (const [out, code] of [
      [file, "EEXIST"],
      [join(file, "windows"), "EEXIST"],
      ["/proc/nothing/windows", "ENOENT"],
    ] as const) {
      const drawer = { draw: () => Promise.reject(new Error("drew")), begun: async () => {} };
      await expect(windowFromTable(EXAMPLE, { out, drawer }), out).rejects.toMatchObject({ code });
    }
  });

  it("says in a sentence that a file is absent or of no known kind", async () => {
    const options = { out: join(FOLDER, "none"), ...WITH };
    await expect(windowFromTable(join(FOLDER, "absent.csv"), options)).rejects.toThrow("cannot be read");
    const path = csvFile("table.txt", ["not a table"]);
    await expect(windowFromTable(path, options)).rejects.toThrow(
      "neither a CSV (by its name) nor an Arrow file",
    );
  });
});
