import { expect, test } from "vitest";
import { StageClock } from "../../../src/run/progress/stage-clock.js";

function clockAt() {
  const time = { now: 1000 };
  return { time, clock: new StageClock(() => time.now) };
}

test("what goes on at once counts as the stage that is named first", () => {
  const { time, clock } = clockAt();
  time.now += 500;
  clock.enter("start");
  time.now += 1000;
  clock.enter("sandbox");
  time.now += 2000;
  clock.enter("generation");
  time.now += 4000;
  clock.leave("generation");
  clock.leave("sandbox");
  time.now += 250;
  clock.leave("start");
  time.now += 750;
  expect(clock.seconds()).toEqual({ generation: 4, sandbox: 2, start: 1.25, orchestration: 1.25 });
});

test("two workers that are busy are one stretch of generation", () => {
  const { time, clock } = clockAt();
  clock.enter("generation");
  time.now += 1000;
  clock.enter("generation");
  time.now += 1000;
  clock.leave("generation");
  time.now += 1000;
  clock.leave("generation");
  time.now += 1000;
  expect(clock.seconds()).toEqual({ generation: 3, sandbox: 0, start: 0, orchestration: 1 });
});

test("work that fails leaves its stage", async () => {
  const { time, clock } = clockAt();
  const failing = clock.during("sandbox", async () => {
    time.now += 1000;
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  time.now += 1000;
  expect(clock.seconds()).toMatchObject({ sandbox: 1, orchestration: 1 });
});
