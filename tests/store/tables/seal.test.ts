import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tableFromIPC } from "@uwdata/flechette";
import { expect, test } from "vitest";
import { AppendLog } from "../../../src/store/log/append-log.js";
import { measurementColumns, scoreColumns } from "../../../src/store/tables/columns.js";
import { readMeasurements, readScores } from "../../../src/store/tables/read-table.js";
import { sealTable } from "../../../src/store/tables/seal.js";
import { scoreRows } from "../score-rows.js";

/** Files without a manifest. */
const UNCHECKED = { read: readFileSync, check: () => true };

test("sealing writes one Arrow file with the blocks in plan order, which another reader opens", async () => {
  const folder = mkdtempSync(join(tmpdir(), "seal-"));
  const log = AppendLog.open(scoreColumns, join(folder, "scores"));
  log.append("second", scoreRows(5, 5));
  log.append("first", scoreRows(0, 5));
  (await sealTable(log, ["first", "second"], join(folder, "scores.arrow"))).put();
  log.close();
  expect([...readScores(UNCHECKED, join(folder, "scores.arrow"))]).toEqual([
    ...scoreRows(0, 5),
    ...scoreRows(5, 5),
  ]);
  const table = tableFromIPC(readFileSync(join(folder, "scores.arrow")));
  expect(table.numRows).toBe(10);
  expect([...(table.getChild("sample_id") ?? [])]).toEqual(scoreRows(0, 10).map((row) => row.sample_id));
});

test("a table without rows is sealed with its columns, lists among them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "seal-"));
  const path = join(folder, "measurements.arrow");
  const log = AppendLog.open(measurementColumns, join(folder, "measurements"));
  (await sealTable(log, [], path)).put();
  log.close();
  expect([...readMeasurements(UNCHECKED, path)]).toEqual([]);
  expect(tableFromIPC(readFileSync(path)).names).toEqual(measurementColumns.columns.map(({ name }) => name));
});
