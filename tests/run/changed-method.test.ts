import { copyFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchWorkers } from "../../src/run/start/worker-launch.js";
import { fileSha256 } from "../../src/util/file-sha256.js";
import type { Pool } from "../../src/worker/pool.js";
import type { ModelLoad } from "../../src/worker/wire/requests.js";
import { root } from "./command.js";

const LONG = 240_000;
const folder = mkdtempSync(join(tmpdir(), "changed-method-"));
const file = join(folder, "my_method.py");
const example = join(root, "docs", "examples", "my_method.py");
const chat = [{ role: "user", content: "What is a caracara?" }] as const;
const load: ModelLoad = {
  model: {
    ref: join(root, "models", "nano", "nano-0.2m"),
    revision: null,
    device: "cpu",
    dtype: "auto",
    engine: "auto",
    threads: 1,
  },
  norm_prompts: [chat],
};

let pool: Pool;
let sha256: string;

beforeAll(async () => {
  copyFileSync(example, file);
  sha256 = (await fileSha256(file)) ?? "";
  const userMethods = [{ path: file, sha256 }];
  pool = await launchWorkers({ root, run: "changed", workers: 1, logFolder: folder, userMethods });
}, LONG);

afterAll(() => pool.close());

const fitted = (vector: string) =>
  pool.fit(load, {
    ...{ vector, layer: 1, direction: { kind: file, params: {}, sha256 } },
    contrast: { positive: ["It is an owl"], negative: ["It is a falcon"], position: "last_token" },
    ...{ prompts: [chat], seed: 1 },
  });

test(
  "a method that is edited between the start and a fit is refused, and fits again once it is restored",
  async () => {
    const before = await fitted("v-before");
    writeFileSync(file, "# an edit that leaves no method behind\n");
    await expect(fitted("v-edited")).rejects.toThrow(
      `The file ${file} was changed after this command read it: its sha256 was ${sha256.slice(0, 12)}...`,
    );
    copyFileSync(example, file);
    expect((await fitted("v-restored")).norm).toBe(before.norm);
  },
  LONG,
);
