import { expect, it } from "vitest";
import { start } from "../run/command.js";

async function simulated(jobs: number): Promise<unknown> {
  const verb = ["simulate", "--truth", "empty", "--experiments", "3", "--json", "--jobs", String(jobs)];
  const { code, stdout, stderr } = await start(verb).finished;
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

it("simulates the same by one process and by two, which end with it", { timeout: 240_000 }, async () => {
  const byOne = await simulated(1);
  expect(byOne).toMatchObject([{ truth: "empty", experiments: 3 }]);
  expect(await simulated(2)).toEqual(byOne);
});
