import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, test } from "vitest";
import { isAlive } from "./problem-pool.js";

const parentScript = fileURLToPath(new URL("../fixtures/pool-parent.ts", import.meta.url));

test("workers are gone within 10 s of the kill of their orchestrator", async () => {
  const parent = execa(process.execPath, ["--import", "tsx", parentScript], { reject: false, buffer: false });
  const [line] = await once(createInterface({ input: parent.stdout }), "line");
  const workers = String(line).split(" ").map(Number);
  expect(workers.map(isAlive)).toEqual([true, true]);
  parent.kill("SIGKILL");
  await parent;
  await expect.poll(() => workers.filter(isAlive), { timeout: 10_000 }).toEqual([]);
});
