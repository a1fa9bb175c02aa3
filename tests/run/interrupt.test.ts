import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { type Interrupt, listenForInterrupt } from "../../src/run/interrupt.js";

let interrupt: Interrupt | undefined;

afterEach(() => interrupt?.release());

/** What a signal does to who listens, without one being sent to the process of the tests. */
function signal(name: "SIGINT" | "SIGTERM"): void {
  for (const listener of process.listeners(name).slice(-1)) listener(name);
}

test("the first signal drains, the second aborts, whichever they are", () => {
  const seen: string[] = [];
  interrupt = listenForInterrupt((first) => seen.push(first));
  expect(interrupt.signal).toBeNull();
  signal("SIGINT");
  expect([interrupt.signal, interrupt.abort.aborted]).toEqual(["SIGINT", false]);
  signal("SIGTERM");
  expect([interrupt.signal, interrupt.abort.aborted]).toEqual(["SIGINT", true]);
  expect(seen).toEqual(["SIGINT"]);
});

test("SIGTERM aborts by itself when draining takes too long, and SIGINT leaves that to the user", async () => {
  interrupt = listenForInterrupt(() => {}, 10);
  signal("SIGINT");
  await sleep(50);
  expect(interrupt.abort.aborted).toBe(false);
  interrupt.release();
  interrupt = listenForInterrupt(() => {}, 10);
  const { abort } = interrupt;
  signal("SIGTERM");
  await expect.poll(() => abort.aborted).toBe(true);
});
