import { beforeAll, expect, test } from "vitest";
import { problemRun } from "./problem-run.js";

/** Milliseconds, on a machine that does much else. */
const LONG = 120_000;
const run = problemRun();
let firstStart: string;

beforeAll(async () => {
  firstStart = await run.start("falls_back");
}, LONG);

test("a model that falls back to the reference is announced with a warning, and the manifest says so", () => {
  const reason = "batched does not agree with it: 1 nat apart";
  expect(firstStart).toContain(`WARNING: nano-0.2m runs on transformer_lens: ${reason}\n`);
  expect(run.manifest()?.models["nano-0.2m"]).toMatchObject({
    ...{ engine: "transformer_lens", engine_reason: reason, fallback: true },
  });
});

test("a run goes on with the engine that it began with, and warns again", { timeout: LONG }, async () => {
  run.stop();
  expect(await run.start("falls_back")).toContain("WARNING: nano-0.2m runs on transformer_lens");
  expect(run.manifest()).toMatchObject({ status: "finished", starts: [{}, {}] });
});

test("a worker that takes another engine than the run began with is refused", { timeout: LONG }, async () => {
  run.stop();
  await expect(run.start("good")).rejects.toThrow(
    /^Worker w1-1 runs nano-0.2m on batched \(auto takes it: it agrees\), but this run began on transformer_lens, .* --set execution.engine=transformer_lens/,
  );
});
