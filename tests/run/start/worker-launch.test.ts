import { expect, test } from "vitest";
import { environmentOf } from "../../../src/run/start/worker-launch.js";

test("every worker learns how many share the memory, and has one GPU to itself where there are any", () => {
  const of = (slot: number, gpus: string) => environmentOf(slot, 3, { CUDA_VISIBLE_DEVICES: gpus });
  expect(of(1, "")).toEqual({ STEERING_WORKERS: "3" });
  expect(of(1, "4,7")).toEqual({ STEERING_WORKERS: "3", CUDA_VISIBLE_DEVICES: "7" });
  expect(of(2, "4,7")).toEqual({ STEERING_WORKERS: "3", CUDA_VISIBLE_DEVICES: "4" });
});
