import { once } from "node:events";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, test } from "vitest";
import { isAlive } from "./problem-pool.js";

const parentScript = fileURLToPath(new URL("../fixtures/pool-parent.ts", import.meta.url));

test("workers are gone within 10 s of the kill of their orchestrator, and nothing is left in the temporary folder", async () => {
  const folder = mkdtempSync(join(tmpdir(), "orphans-"));
  const parent = execa(process.execPath, ["--import", "tsx", parentScript], {
    reject: false,
    buffer: false,
    env: { TMPDIR: folder },
  });
  const [line] = await once(createInterface({ input: parent.stdout }), "line");
  const workers = String(line).split(" ").map(Number);
  expect(workers.map(isAlive)).toEqual([true, true]);
  parent.kill("SIGKILL");
  await parent;
  await expect.poll(() => workers.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  // What the loader and the test's own logs leave is not the pool's.
  const left = readdirSync(folder).filter((name) => !/^(?:tsx-|node-compile-cache|pool-logs-)/.test(name));
  expect(left).toEqual([]);
});
