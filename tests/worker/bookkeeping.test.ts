import { expect, test } from "vitest";
import { Liveness } from "../../src/worker/crew/liveness.js";
import { firstLease, Leases } from "../../src/worker/leases.js";
import { newTask, type Task } from "../../src/worker/task.js";
import { TaskQueue } from "../../src/worker/task-queue.js";
import { modelLoad } from "./problem-pool.js";

const timing = { deadMs: 10_000 };

test("a new lease of a block fences the old one, and numbers are never used twice", () => {
  const leases = new Leases(41);
  const first = leases.issue("a", "w1", 1);
  const other = leases.issue("b", "w1", 1);
  const second = leases.issue("a", "w2", 2);
  expect([first.number, other.number, second.number]).toEqual([41, 42, 43]);
  expect([first, other, second].map((lease) => leases.isCurrent(lease))).toEqual([false, true, true]);
  leases.end(first);
  expect(leases.isCurrent(second)).toBe(true);
  leases.end(second);
  expect(leases.issue("a", "w1", 3).number).toBe(44);
});

test("a later start of a run has the higher fencing numbers, all of them integers that travel", () => {
  const starts = [0, 1, 5, 9, 255, 256, 2 ** 29 - 1];
  const first = starts.map(firstLease);
  expect(first[0]).toBe(1);
  for (const [index, number] of first.slice(1).entries()) expect(number).toBeGreaterThan(first[index] ?? 0);
  expect(first.every(Number.isSafeInteger)).toBe(true);
});

test("a worker is dead after silence, whatever it does", () => {
  const liveness = new Liveness(timing, 0);
  expect(liveness.verdict(10_000)).toEqual({ kind: "alive" });
  expect(liveness.verdict(10_001)).toEqual({ kind: "dead", silentMs: 10_001 });
  liveness.heard(10_001);
  expect(liveness.verdict(20_000)).toEqual({ kind: "alive" });
});

test("a worker is hung when its progress is flat for longer than its request allows", () => {
  const liveness = new Liveness(timing, 0);
  liveness.allow(120_000, 0);
  const beatUntil = (from: number, to: number, progress: (now: number) => number) => {
    for (let now = from; now <= to; now += 2_000) liveness.heartbeat(progress(now), now);
  };
  beatUntil(0, 400_000, (now) => now);
  expect(liveness.verdict(400_000)).toEqual({ kind: "alive" });
  beatUntil(402_000, 522_000, () => 400_000);
  expect(liveness.verdict(522_000)).toEqual({ kind: "hung", flatMs: 122_000 });
  liveness.allow(1_000, 522_000);
  liveness.heartbeat(400_000, 523_000);
  expect(liveness.verdict(523_500)).toEqual({ kind: "alive" });
  liveness.heartbeat(400_000, 523_001);
  expect(liveness.verdict(523_500)).toEqual({ kind: "hung", flatMs: 1_001 });
});

test("progress that goes backwards is no progress", () => {
  const liveness = new Liveness(timing, 0);
  liveness.allow(120_000, 0);
  liveness.heartbeat(100, 0);
  for (let now = 2_000; now <= 130_000; now += 2_000) liveness.heartbeat(now % 100, now);
  expect(liveness.verdict(130_000)).toMatchObject({ kind: "hung" });
});

test("a worker without work may rest", () => {
  const liveness = new Liveness(timing, 0);
  liveness.allow(1_000, 0);
  liveness.allow(null, 500);
  for (let now = 0; now <= 1_000_000; now += 2_000) liveness.heartbeat(0, now);
  expect(liveness.verdict(1_000_000)).toEqual({ kind: "alive" });
});

test("time in which the orchestrator itself stood still is not held against a worker", () => {
  const liveness = new Liveness(timing, 0);
  liveness.excuse(3_600_000);
  expect(liveness.verdict(3_601_000)).toEqual({ kind: "alive" });
});

function task(
  label: string,
  model: string | null,
  { block = label as string | null, alone = false } = {},
): Task {
  return newTask({
    ...{ label, alone, perform: async () => {} },
    ...(model === null ? {} : { model: modelLoad(model) }),
    ...(block === null ? {} : { block }),
  }).task;
}

const key = (model: string) => {
  const { model: request } = modelLoad(model);
  return JSON.stringify(Object.fromEntries(Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1))));
};
const idle = (model: string | null) => ({ model, credits: 2, pending: 0 });

test("a worker is given its own model's work before another's", () => {
  const queue = new TaskQueue();
  for (const [label, model] of [
    ["1", "b"],
    ["2", "a"],
    ["3", "b"],
  ] as const)
    queue.push(task(label, model));
  expect(queue.take(idle(key("a")), [])?.label).toBe("2");
  expect(queue.take(idle(key("a")), [])?.label).toBe("1");
});

test("a busy worker does not change its model, and one without credits takes no block", () => {
  const queue = new TaskQueue();
  queue.push(task("1", "b"));
  expect(queue.take({ model: key("a"), credits: 1, pending: 1 }, [])).toBeNull();
  expect(queue.take({ model: key("b"), credits: 0, pending: 2 }, [])).toBeNull();
  queue.push(task("call", null, { block: null }));
  expect(queue.take({ model: key("b"), credits: 0, pending: 2 }, [])?.label).toBe("call");
});

test("a model that nobody holds comes first, then the one with the most work a holder", () => {
  const queue = new TaskQueue();
  for (const [label, model] of [
    ["1", "a"],
    ["2", "b"],
    ["3", "b"],
    ["4", "c"],
  ] as const)
    queue.push(task(label, model));
  expect(queue.take(idle(null), [key("a"), key("b")])?.label).toBe("4");
  expect(queue.take(idle(null), [key("a"), key("b"), key("c")])?.label).toBe("2");
});

test("work that may change the model waits until the worker has nothing else to do", () => {
  const queue = new TaskQueue();
  queue.push(task("load", "b", { block: null, alone: true }));
  expect(queue.take({ model: key("a"), credits: 2, pending: 1 }, [])).toBeNull();
  expect(queue.take({ model: key("b"), credits: 2, pending: 1 }, [])?.label).toBe("load");
});

test("what failed goes back to the front", () => {
  const queue = new TaskQueue();
  queue.push(task("1", "a"));
  queue.pushFirst(task("0", "a"));
  expect(queue.take(idle(null), [])?.label).toBe("0");
});
