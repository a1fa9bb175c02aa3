#!/usr/bin/env node
// Sets the checkout up (nothing to do but the first time), then measures: `npm run bench -- --help`.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setUp } from "./set-up/set-up.mjs";
import { SetUpError } from "./set-up/set-up-error.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
try {
  await setUp({ root, need: "python", log: (line) => process.stderr.write(`${line}\n`) });
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(error.exitCode);
}
const python = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
const { status } = spawnSync(join(root, ".venv", ...python), ["-m", "benchmarks", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, PYTHONPATH: root },
});
process.exitCode = status ?? 1;
