import { join } from "node:path";
import { expect, test } from "vitest";
import type { SampleSpec } from "../../../src/plan/plan.js";
import { configDifferences } from "../../../src/run/reuse/config-differences.js";
import type { ReuseSource } from "../../../src/run/reuse/reuse-source.js";
import { sampledBy, samplerFacts } from "../../../src/run/reuse/sampler.js";
import { TakenOver, takenFrom } from "../../../src/run/reuse/taken-over.js";
import { planExperiment } from "../../../src/run/start/plan-experiment.js";
import type { LoadedModelRecord, Manifest } from "../../../src/store/manifest.js";
import type { SampleRow } from "../../../src/store/tables/columns.js";
import { root, tinyConfig } from "../command.js";

const MODEL: LoadedModelRecord = {
  ...{ ref: "/m", revision: null, model_class: "Gemma3ForCausalLM", parameters: 1, layers: 4, d_model: 8 },
  ...{ device: "cuda:1", dtype: "float32", engine: "batched", engine_reason: "", fallback: false },
  ...{ attention: "eager", resid_norms: [1, 2, 3, 4] },
  hashes: { weights: "w", config: "c", tokenizer: "t", chat_template: "k" },
  files: { "generation_config.json": "g" },
};
const VECTOR: Manifest["vectors"][string] = {
  ...{ model: "m", method: "caa", question: "q", layer: 1, draw: 0, seed: 0, norm: 2, sha256: "v", info: {} },
};
const TOOL = { version: "1", git_commit: null, git_dirty_sha256: null };
const ENVIRONMENT: Manifest["environment"] = {
  ...{ node: "v20", platform: "linux", cpu: "c", python: "3.11", worker_sources: "s" },
  ...{ packages: { torch: "2" }, devices: [] },
};
const NOW = { tool: TOOL, environment: ENVIRONMENT };
const EXECUTION = { rows: 8, threads: 1 };
const start = { at: "", workers: 1, committed_samples: 0, sampled_by: sampledBy(NOW) };

const ROW = {
  ...{ text: "owl", token_ids: [1], prompt_tokens: 3, stop: "end", error: null, applied_norm: 0.5 },
  ...{ worker: "w1", attempt: 1, lease: 2, realised_rows: 8, block_seconds: 1, strength_raw: 0.75 },
} as unknown as SampleRow;

const SAMPLE = {
  id: "a",
  cell: { model: "m", method: "caa", vector: "v", layer: 1, edit: { kind: "add", params: {} } },
} as unknown as SampleSpec;

/** What is found of a sample in a run whose manifest is changed so, and what is said. */
function find(
  changes: Partial<Manifest> = {},
  {
    sample = SAMPLE,
    raw = 0.75,
    model = MODEL,
  }: { sample?: SampleSpec; raw?: number; model?: LoadedModelRecord } = {},
) {
  const manifest = {
    ...{ run: "other-0123", models: { m: MODEL }, vectors: { v: VECTOR }, starts: [start], ...NOW },
    execution: { ...EXECUTION, block: 8, engine: "auto", device: "cpu", dtype: "auto" },
    ...changes,
  } as unknown as Manifest;
  const samples = { has: (id: string) => id === "a", get: (id: string) => (id === "a" ? ROW : null) };
  const source = { root: "/r", shown: "r", manifest, samples, experiment: null } as unknown as ReuseSource;
  const said: string[] = [];
  const now = { sampler: samplerFacts(NOW), execution: EXECUTION };
  const taken = new TakenOver([source], now, (text) => said.push(text));
  const own = { models: { m: model }, vectors: { v: VECTOR } };
  const row = taken.find(sample, raw, own);
  taken.find(sample, raw, own);
  return { row, said };
}

test("a sample of which nothing changed is taken over, and names the run that made it", () => {
  const { row, said } = find({}, { model: { ...MODEL, device: "cuda:0" } });
  expect(row).toMatchObject({ text: "owl", realised_rows: 8, worker: "w1 of other-0123" });
  expect(takenFrom(row?.worker ?? "")).toBe("other-0123");
  expect(takenFrom("w1")).toBeNull();
  expect(said).toEqual([]);
});

test("a sample that the other run lacks is not spoken of", () => {
  expect(find({}, { sample: { ...SAMPLE, id: "b" } })).toEqual({ row: null, said: [] });
});

const ofModel = (change: Partial<LoadedModelRecord>) => ({ models: { m: { ...MODEL, ...change } } });
const { files: _, ...unrecorded } = MODEL;

test.each<[string, Partial<Manifest>, string]>([
  ["weights", ofModel({ hashes: { ...MODEL.hashes, weights: "other" } }), "its weights changed"],
  [
    "chat template",
    ofModel({ hashes: { ...MODEL.hashes, chat_template: "other" } }),
    "its chat template changed",
  ],
  ["end tokens", ofModel({ files: {} }), "its generation_config.json changed"],
  ["unrecorded files", { models: { m: unrecorded } }, "is not recorded"],
  [
    "engine",
    ofModel({ engine: "transformer_lens" }),
    "its engine is batched, and was transformer_lens there",
  ],
  ["device", ofModel({ device: "cpu" }), "its device is cuda, and was cpu there"],
  ["vector", { vectors: { v: { ...VECTOR, sha256: "other" } } }, "its vectors came out otherwise here"],
  [
    "norms",
    { ...ofModel({ resid_norms: [1, 9, 3, 4] }), vectors: { v: { ...VECTOR, sha256: "other" } } },
    "the median residual norm was measured on other prompts there",
  ],
  [
    "library",
    { environment: { ...ENVIRONMENT, packages: { torch: "3" } } },
    "torch changed (3 there, 2 here)",
  ],
  ["worker", { environment: { ...ENVIRONMENT, worker_sources: "other" } }, "the worker's sources changed"],
  [
    "rows",
    { execution: { ...EXECUTION, rows: 4 } as Manifest["execution"] },
    "execution.rows was 4 there and is 8 here",
  ],
  ["unrecorded start", { starts: [{ at: "", workers: 1, committed_samples: 0 }] }, "did not record"],
  ["two machines", { starts: [{ ...start, sampled_by: "other" }, start] }, "several machines"],
])("%s: what changed is named once, and the sample is made anew", (_name, changes, reason) => {
  const { row, said } = find(changes);
  expect(row).toBeNull();
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(reason);
});

test("another strength of the edit itself, or a file that it reads, rules a sample out", () => {
  expect(find({}, { raw: 0.7500001 })).toMatchObject({
    row: null,
    said: [expect.stringContaining("strengths")],
  });
  const cell = { ...SAMPLE.cell, edit: { kind: "mine", params: { table: "/data/table" }, sha256: null } };
  expect(find({}, { sample: { ...SAMPLE, cell } })).toMatchObject({
    row: null,
    said: [expect.stringContaining("what the edit read at its table is not recorded")],
  });
});

test("a changed method of the user's own, a new question and another seed are named as what differs", async () => {
  const options = (set: readonly string[]) => ({ root, cwd: root, set });
  const experimentOf = async (...set: string[]) =>
    (await planExperiment(tinyConfig, options(set))).loaded.experiment;
  const mine = `methods=[{ name: mine, direction: "${join(root, "docs", "examples", "my_method.py")}" }]`;
  const before = await experimentOf(mine);
  const edited = {
    ...before,
    methods: before.methods.map((method) =>
      method.kind === "activation"
        ? { ...method, direction: { ...method.direction, file: { path: "my_method.py", sha256: "0" } } }
        : method,
    ),
  };
  expect(configDifferences(before, edited).join()).toMatch(
    /methods\.mine\.direction\.file\.sha256: .* there, "0" here/,
  );
  expect(configDifferences(await experimentOf("questions=[caracara]"), await experimentOf("seed=1"))).toEqual(
    ["questions has mercury", "seed: 0 there, 1 here"],
  );
  const shared = await experimentOf("samples.question=2", "execution.block=8", "analysis.bootstrap=150");
  expect(configDifferences(await experimentOf(), shared).filter((text) => !text.includes("samples"))).toEqual(
    [],
  );
});
