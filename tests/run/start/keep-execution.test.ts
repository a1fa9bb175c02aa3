import { expect, test } from "vitest";
import type { Execution } from "../../../src/config/experiment.js";
import type { ModelShape } from "../../../src/plan/plan.js";
import type { CoreTimes } from "../../../src/run/start/idle-cores.js";
import { keepOrChooseExecution } from "../../../src/run/start/keep-execution.js";
import { problemRun } from "../problem-run.js";

const auto = "auto";
const execution: Execution = {
  ...{ device: "cpu", dtype: auto, engine: auto, rows: auto, threads: auto, workers: auto, block: 64 },
};
const large: ModelShape = {
  ...{ layers: 4, d_model: 8, heads: 1, kv_heads: 1, head_dim: 8, d_mlp: 8, vocab_size: 16 },
  parameters: 50e6,
};
const unused: CoreTimes = { cores: 8, idle: 0, total: 0, own: 0 };
const idleCores = (count: number) => ({
  ...{ allowed: 8, loadAverage: 8, since: unused, wait: async () => {} },
  times: () => ({ cores: 8, idle: count * 1000, total: 8000, own: 0 }),
});

async function settle(cores: number, before: { rows: number; threads: number } | null, stated = {}) {
  const said: string[] = [];
  const rest = { block: 64, engine: auto, device: "cpu", dtype: auto };
  const start = {
    experiment: { execution: { ...execution, ...stated } },
    shapes: new Map([["large", large]]),
    env: { CUDA_VISIBLE_DEVICES: "" },
    coreWatch: idleCores(cores),
    sources: [],
    before: before === null ? null : { execution: { ...before, ...rest } },
  };
  return { settled: await keepOrChooseExecution(start, (text) => said.push(text)), said };
}

test("the first start takes the threads that are free", async () => {
  expect(await settle(6, null)).toMatchObject({ settled: { threads: 6, rows: 64 }, said: [] });
});

test("a resume under another load keeps the threads of the first start, and says so", async () => {
  const first = (await settle(6, null)).settled;
  expect(await settle(2, first)).toMatchObject({
    settled: { threads: 6, rows: 64 },
    said: [
      "execution.threads stays 6, as at the first start of this run; now it would be 2 (--fresh starts again with that)",
    ],
  });
  expect((await settle(6, first)).said).toEqual([]);
});

test("a resume with few threads on free cores has more workers, which change no result", async () => {
  expect(await settle(8, { rows: 64, threads: 4 })).toMatchObject({ settled: { workers: 2, threads: 4 } });
});

test("a run goes on with the threads of its manifest; other stated ones are another run, and refused", {
  timeout: 240_000,
}, async () => {
  const run = problemRun();
  await run.start("good");
  const { rows = 0, threads = 0 } = run.manifest()?.execution ?? {};
  run.stop(({ execution }) => ({ execution: { ...execution, threads: threads + 2 } }));
  await expect(run.start("good", ["execution.threads=7"])).rejects.toThrow(
    /holds a run of another config; choose another --out.*\n\s+execution.threads: "auto" -> 7$/,
  );
  await expect(run.start("good", ["execution.rows=5"])).rejects.toThrow(/\n\s+execution.rows: "auto" -> 5$/);
  const said = await run.start("good");
  expect(said).toContain(`execution.threads stays ${threads + 2}, as at the first start of this run`);
  expect(run.manifest()?.execution).toMatchObject({ rows, threads: threads + 2 });
});
