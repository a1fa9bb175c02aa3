import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { afterAll, describe, expect, it } from "vitest";
import { windowFromTable } from "../../src/report/window-from-table.js";

const FOLDER = mkdtempSync(join(tmpdir(), "window-table-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const ANALYSIS = {
  target_threshold: 0.5,
  capability_threshold: 0.9,
  frontier_loss: 0.05,
  frontier_losses: [0.02, 0.05, 0.1],
  primary: "width" as const,
  contrasts: [],
  confidence: 0.95,
  bootstrap: 100,
};
const COLUMNS = "model,parameters,question,strength,n_target,target_hits,n_capability,capability_passes";
const GRID = [0.1, 0.4, 0.7, 1, 2, 3, 4, 7, 10];

/** Models with the crossings of the published table. */
const PUBLISHED = [
  { model: "gemma-3-1b-it", parameters: 1e9, any: 0.4, majority: 0.7, last: 7 },
  { model: "gemma-3-4b-it", parameters: 4e9, any: 0.4, majority: 2, last: 3 },
  { model: "gemma-3-12b-it", parameters: 12e9, any: 99, majority: 99, last: 3 },
  { model: "gemma-3-27b-it", parameters: 27e9, any: 3, majority: 3, last: 3 },
];

function publishedRows() {
  return PUBLISHED.flatMap(({ model, parameters, any, majority, last }) =>
    ["", ...GRID].map((strength) => ({
      model,
      parameters,
      question: "caracara",
      strength,
      n_target: 20,
      target_hits: strength === "" || Number(strength) < any ? 0 : Number(strength) < majority ? 5 : 18,
      n_capability: 40,
      capability_passes: strength === "" || Number(strength) <= last ? 38 : 4,
    })),
  );
}

function csvFile(name: string, lines: string[]): string {
  const path = join(FOLDER, name);
  writeFileSync(path, lines.join("\n"));
  return path;
}

function publishedCsv(): string {
  return csvFile("published.csv", [COLUMNS, ...publishedRows().map((row) => Object.values(row).join(","))]);
}

async function problems(lines: string[]): Promise<string> {
  const path = csvFile("broken.csv", lines);
  const failed = windowFromTable(path, { out: join(FOLDER, "broken"), analysis: ANALYSIS });
  return await failed.then(
    () => "no problem",
    (error: unknown) => (error instanceof Error ? error.message.replaceAll(path, "FILE") : String(error)),
  );
}

describe("windowFromTable", () => {
  it("gives the published widths from curves with the published crossings", async () => {
    const report = await windowFromTable(publishedCsv(), {
      out: join(FOLDER, "published"),
      analysis: ANALYSIS,
    });
    const grids = report.windows.map(({ result }) =>
      result.kind === "estimated" ? result.estimate.grid : null,
    );
    expect(grids.map((grid) => grid?.width)).toEqual([expect.closeTo(6.3, 12), 1, null, 0]);
    expect(grids[2]?.firstMajority).toBe("never_steered");
    expect(report.summary).toContain("never steered");
    for (const file of report.files) expect(readFileSync(file).length).toBeGreaterThan(100);
    expect(report.figures).toHaveLength(1);
  });

  it("reads the same windows from Arrow as from CSV", async () => {
    const rows = publishedRows().map((row) => ({
      ...row,
      strength: row.strength === "" ? 0 : Number(row.strength),
    }));
    const column = <T>(read: (row: (typeof rows)[number]) => T) => rows.map(read);
    const table = tableFromArrays({
      model: column((row) => row.model),
      parameters: Float64Array.from(column((row) => row.parameters)),
      question: column((row) => row.question),
      strength: Float64Array.from(column((row) => row.strength)),
      n_target: Int32Array.from(column((row) => row.n_target)),
      target_hits: BigInt64Array.from(column((row) => BigInt(row.target_hits))),
      n_capability: Int32Array.from(column((row) => row.n_capability)),
      capability_passes: Int32Array.from(column((row) => row.capability_passes)),
    });
    const path = join(FOLDER, "published.arrow");
    writeFileSync(path, tableToIPC(table, "file"));
    const arrow = await windowFromTable(path, { out: join(FOLDER, "arrow"), analysis: ANALYSIS });
    const csv = await windowFromTable(publishedCsv(), { out: join(FOLDER, "published"), analysis: ANALYSIS });
    expect(arrow.windows).toEqual(csv.windows);
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
    const { windows } = await windowFromTable(path, { out: join(FOLDER, "items"), analysis: ANALYSIS });
    const [row] = windows;
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

  it("says in a sentence that a file is absent or of no known kind", async () => {
    const options = { out: join(FOLDER, "none"), analysis: ANALYSIS };
    await expect(windowFromTable(join(FOLDER, "absent.csv"), options)).rejects.toThrow("cannot be read");
    const path = csvFile("table.txt", ["not a table"]);
    await expect(windowFromTable(path, options)).rejects.toThrow(
      "neither a CSV (by its name) nor an Arrow file",
    );
  });
});
