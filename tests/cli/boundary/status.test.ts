import { afterEach, expect, test, vi } from "vitest";
import { openStatus } from "../../../src/cli/boundary/status.js";

afterEach(() => {
  vi.useRealTimers();
});

/** What is written to a stream that is a terminal, or is not. */
function streamOf(isTTY: boolean) {
  const written: string[] = [];
  const stream = { isTTY, columns: 20, write: (text: string) => written.push(text) > 0 };
  return { written, stream: stream as unknown as NodeJS.WriteStream };
}

test("without a terminal, a line with what was shown last comes at every interval, and none after the end", () => {
  vi.useFakeTimers();
  const { written, stream } = streamOf(false);
  const status = openStatus(stream, () => Date.now());
  vi.advanceTimersByTime(10_000);
  expect(written).toEqual([]);
  status.show("tiny: loading");
  status.show("tiny: 1 of 3 vectors fitted");
  vi.advanceTimersByTime(20_000);
  expect(written).toEqual([
    "tiny: 1 of 3 vectors fitted; 20 s so far\n",
    "tiny: 1 of 3 vectors fitted; 30 s so far\n",
  ]);
  status.say("tiny: 3 conditions");
  status.end();
  vi.advanceTimersByTime(60_000);
  expect(written.slice(2)).toEqual(["tiny: 3 conditions\n"]);
});

test("on a terminal one line changes, is never wider than it, and is gone at the end", () => {
  const { written, stream } = streamOf(true);
  const status = openStatus(stream, () => 0);
  status.show("a text that is wider than the terminal");
  status.say("kept");
  status.end();
  expect(written).toEqual(["\r\x1b[2Ka text that is wide", "\r\x1b[2K", "kept\n", "\r\x1b[2K"]);
});
