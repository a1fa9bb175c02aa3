import { expect, test } from "vitest";
import { DEFAULT_ANALYSIS } from "../../src/config/defaults.js";
import { StatisticsPool, withStatistics } from "../../src/run/statistics-pool.js";
import type { CurveOutcomes } from "../../src/statistics/curve.js";
import { estimateWindow, type WindowJob } from "../../src/statistics/estimate-window.js";
import { childProcesses } from "../util/child-processes.js";

const rates = [0, 0.1, 0.5, 0.9, 1];
const strengths = [0.25, 0.5, 1, 2, 4];
const series = (rate: (i: number) => number, baseline: number) => {
  const cluster = (share: number) => [
    { id: "all", values: Array.from({ length: 10 }, (_, i) => Number(i < Math.round(10 * share))) },
  ];
  return { strengths, points: strengths.map((_, i) => cluster(rate(i))), baseline: cluster(baseline) };
};
const curve: CurveOutcomes = {
  axis: "log",
  contains: series((i) => rates[i] ?? 0, 0),
  strict: series((i) => rates[i] ?? 0, 0),
  intact: series(() => 1, 1),
  capability: series((i) => 1 - (rates[i - 1] ?? 0), 1),
};
const job: WindowJob = {
  key: "model/question/method/1/tasks",
  curve,
  range: { from: 0.125, to: 8 },
  analysis: { ...DEFAULT_ANALYSIS, bootstrap: 50 },
  seed: 1,
};
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

test("another process estimates what this one would", async () => {
  const here = estimateWindow(job);
  expect(here.posteriors.these).not.toBeNull();
  const there = await withStatistics((statistics) => statistics.estimate(job));
  expect(plain(there)).toEqual(plain(here));
});

test("a window is estimated once, whoever asks for it", async () => {
  await withStatistics(async (statistics) => {
    const first = statistics.estimate(job);
    expect(statistics.estimate({ ...job, curve: structuredClone(curve) })).toBe(first);
    expect(statistics.estimate({ ...job, seed: 2 })).not.toBe(first);
    const [one, other] = await Promise.all([first, statistics.estimate({ ...job, seed: 2 })]);
    expect(plain(other)).not.toEqual(plain(one));
  });
});

test("more questions than processes are all answered, draws among estimates", async () => {
  const pool = new StatisticsPool(2);
  const { levels, losses } = {
    levels: { target: 0.5, capability: 0.9 },
    losses: [0.05],
  };
  const draw = {
    key: "draw",
    curve,
    options: { levels, losses, confidence: 0.95, draws: 50, seed: 1, range: job.range },
  };
  const estimates = [1, 2, 3, 4].map((seed) => pool.estimate({ ...job, seed }));
  const drawn = await Promise.all([pool.draw(draw), pool.draw(draw)]);
  expect(drawn[0]?.onset).toHaveLength(50);
  expect(drawn[1]).toEqual(drawn[0]);
  expect(await Promise.all(estimates)).toHaveLength(4);
  await pool.close();
});

test("a job that cannot be estimated fails with the reason that its process ended, and is started again", async () => {
  const broken = { ...job, curve: { ...curve, strict: null } } as unknown as WindowJob;
  const pool = new StatisticsPool(2);
  const failed = pool.estimate(broken);
  await expect(failed).rejects.toThrow(/statistics-process ended before it answered/);
  const again = pool.estimate(broken);
  expect(again).not.toBe(failed);
  await expect(again).rejects.toThrow(/statistics-process ended before it answered/);
  expect((await pool.estimate(job)).posteriors.these).not.toBeNull();
  await pool.close();
});

test("a closed pool gives up what is under way or waits, and begins no other process", async () => {
  const before = childProcesses();
  const pool = new StatisticsPool(2);
  const settled = Promise.allSettled([1, 2, 3, 4].map((seed) => pool.estimate({ ...job, seed })));
  await pool.close();
  expect((await settled).map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
  await expect(pool.estimate(job)).rejects.toThrow("closed");
  expect(childProcesses()).toBeLessThanOrEqual(before);
});
