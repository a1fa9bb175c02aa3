import { totalmem } from "node:os";
import { expect, test } from "vitest";
import type { Execution } from "../../../src/config/experiment.js";
import type { ModelShape } from "../../../src/plan/plan.js";
import { chooseExecution, memoryWithin, thisMachine } from "../../../src/run/start/choose-execution.js";

const execution: Execution = {
  device: "auto",
  dtype: "auto",
  engine: "auto",
  rows: "auto",
  threads: "auto",
  workers: "auto",
  block: 256,
};
const shape = (parameters: number): ModelShape => ({
  layers: 4,
  d_model: 8,
  heads: 1,
  kv_heads: 1,
  head_dim: 8,
  d_mlp: 8,
  vocab_size: 16,
  parameters,
});
const machine = (cores: number, gigabytes: number, gpus = 0) => ({
  cores,
  memoryBytes: gigabytes * 1e9,
  gpus,
});

test("small models get one single-threaded worker a core", () => {
  expect(chooseExecution(execution, [shape(3e6)], machine(2, 24))).toEqual({
    workers: 2,
    threads: 1,
    rows: 256,
  });
});

test("memory limits the workers", () => {
  expect(chooseExecution(execution, [shape(3e6)], machine(16, 4)).workers).toBe(2);
});

test("weights in bfloat16 take half the memory, so that more workers have room", () => {
  const workers = (dtype: Execution["dtype"]) =>
    chooseExecution({ ...execution, dtype, threads: 1 }, [shape(1e9)], machine(16, 16)).workers;
  expect([workers("auto"), workers("float32"), workers("bfloat16")]).toEqual([2, 2, 4]);
});

test("a limit on the process counts as the machine's memory where it is one", () => {
  expect(memoryWithin(24e9, 4e9)).toBe(4e9);
  for (const none of [0, 2 ** 64, 30e9]) expect(memoryWithin(24e9, none)).toBe(24e9);
  const { memoryBytes } = thisMachine({});
  expect(memoryBytes).toBeGreaterThan(0);
  expect(memoryBytes).toBeLessThanOrEqual(totalmem());
});

test("a large model on a CPU gets the cores as threads of one worker", () => {
  expect(chooseExecution(execution, [shape(270e6)], machine(8, 32))).toMatchObject({
    workers: 1,
    threads: 8,
  });
});

test("one worker a GPU", () => {
  expect(chooseExecution(execution, [shape(4e9)], machine(64, 500, 8)).workers).toBe(8);
});

test("what the config states is kept", () => {
  const stated = { ...execution, workers: 3, threads: 2, rows: 7 };
  expect(chooseExecution(stated, [shape(3e6)], machine(2, 24))).toEqual({ workers: 3, threads: 2, rows: 7 });
});
