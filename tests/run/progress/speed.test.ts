import { expect, test } from "vitest";
import { Speed, speedText } from "../../../src/run/progress/speed.js";
import { StageClock } from "../../../src/run/progress/stage-clock.js";
import type { Loaded } from "../../../src/worker/wire/requests.js";

const stages = { prefill_seconds: 1, decode_seconds: 3, prefill_tokens: 100, decode_tokens: 600 };

function measured(matmul: number | null) {
  const time = { now: 0 };
  const clock = new StageClock(() => time.now);
  const speed = new Speed(clock);
  speed.loaded("nano", { flops_per_token: 1e6, matmul_flops: matmul } as Loaded);
  clock.enter("generation");
  time.now += 9000;
  clock.leave("generation");
  time.now += 1000;
  speed.generated("nano", 4, 200, stages);
  speed.generated("nano", 2, 200, stages);
  speed.answered("generate", 4);
  speed.answered("generate", 4);
  return speed.record();
}

test("rates are of a worker's own seconds, over all of its blocks", () => {
  expect(measured(8e8).models.nano).toMatchObject({
    samples: 6,
    tokens: 400,
    tokens_per_second: 50,
    matmul_share: 0.25,
  });
});

test("orchestration is the share of the wall clock in which nothing else went on", () => {
  const record = measured(8e8);
  expect(record.seconds).toMatchObject({ wall: 10, generation: 9, orchestration: 1 });
  expect(record.orchestration_share).toBe(0.1);
  expect(record.worker_seconds).toEqual({ generate: 8 });
});

test("a share of an unknown matmul rate is null, and is not said", () => {
  const record = measured(null);
  expect(record.models.nano?.matmul_share).toBeNull();
  expect(speedText(record)).toBe(
    "Time, 10.0 s: generation 9.0 s, sandbox 0.0 s, start of processes 0.0 s, orchestration 1.0 s (10 %).\nSpeed: nano 50 tokens/s a worker.",
  );
});
