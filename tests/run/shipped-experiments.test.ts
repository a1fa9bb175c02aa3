import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRun } from "../../src/store/folder/read-run.js";
import { readSamples } from "../../src/store/tables/read-table.js";
import { newFolder, root, run } from "./command.js";

const config = (name: string) => join(root, "configs", "experiments", `${name}.yaml`);
const entries = (name: string) =>
  readFileSync(config(name), "utf8")
    .split("\n")
    .filter((line) => !line.startsWith("#") && !line.startsWith("name:"));

test("nano-sae.yaml is nano-grid.yaml with one line changed", () => {
  const [nano, sae] = [entries("nano-grid"), entries("nano-sae")];
  expect(sae).toHaveLength(nano.length);
  expect(sae.filter((line, index) => line !== nano[index])).toEqual(["  - sae-ablate"]);
});

test("nano-sae.yaml runs: the shipped dictionary of a rung is found and its features are ablated", async () => {
  const out = join(newFolder(), "run");
  const fewer = [
    ...["models=[models/nano/nano-0.2m]", "questions=[mercury]", "samples={question: 4, task: 1}"],
    ...["baseline={question: 4, task: 1}", "analysis.bootstrap=100", "execution.threads=1"],
  ];
  const set = fewer.flatMap((value) => ["--set", value]);
  const { code, stderr } = await run(["experiment", config("nano-sae"), "--out", out, ...set]);
  expect(code, stderr).toBe(0);
  const ablated = [...readSamples(openRun(out).files, join(out, "samples.arrow"))].filter(
    (sample) => sample.method === "sae-ablate",
  );
  expect(new Set(ablated.map((sample) => sample.strength)).size).toBeGreaterThan(5);
  expect(ablated.some((sample) => (sample.applied_norm ?? 0) > 0)).toBe(true);
  const vectors = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")).vectors;
  const infos = Object.values<{ method: string; info: { features?: number[] } }>(vectors);
  expect(infos.find(({ method }) => method === "sae-ablate")?.info.features?.length).toBeGreaterThan(0);
}, 240_000);
