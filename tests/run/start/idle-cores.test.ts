import { expect, test } from "vitest";
import { type CoreWatch, idleCores, watchCores } from "../../../src/run/start/idle-cores.js";

/** A machine of `cores` of which so many are idle while it is watched, and `own` are this process's. */
function machine(cores: number, idle: number, allowed: number, loadAverage: number, own = 0): CoreWatch {
  let milliseconds = 0;
  const times = () => ({
    cores,
    idle: idle * milliseconds,
    total: cores * milliseconds,
    own: own * milliseconds,
  });
  return {
    allowed,
    loadAverage,
    since: times(),
    times,
    wait: async (more) => {
      milliseconds += more;
    },
  };
}

test("a quiet machine gives all that may be used, and is not watched", async () => {
  const quiet = { ...machine(8, 0, 8, 0.4), wait: () => Promise.reject(new Error("watched")) };
  expect(await idleCores(quiet)).toBe(8);
});

test("cores that work for others are left to them", async () => {
  expect(await idleCores(machine(8, 4.8, 8, 6))).toBe(5);
});

test("a load average of work that is over takes nothing away", async () => {
  expect(await idleCores(machine(2, 1.9, 2, 2.5))).toBe(2);
});

test("what this process does itself is not work of others", async () => {
  expect(await idleCores(machine(2, 1, 2, 4))).toBe(1);
  expect(await idleCores(machine(2, 1, 2, 4, 0.9))).toBe(2);
});

test("cores that were watched for long enough are not waited for", async () => {
  const watch = machine(4, 3, 4, 4);
  await watch.wait(300);
  const impatient = { ...watch, wait: () => Promise.reject(new Error("waited")) };
  expect(await idleCores(impatient)).toBe(3);
});

test("one core is always used", async () => {
  expect(await idleCores(machine(4, 0, 4, 9))).toBe(1);
});

test("idle cores beyond the affinity are not counted", async () => {
  expect(await idleCores(machine(64, 40, 2, 24))).toBe(2);
});

test("this machine has a number", async () => {
  const watch = watchCores();
  const found = await idleCores({ ...watch, loadAverage: Number.POSITIVE_INFINITY });
  expect(found).toBeGreaterThanOrEqual(1);
  expect(found).toBeLessThanOrEqual(watch.allowed);
});
