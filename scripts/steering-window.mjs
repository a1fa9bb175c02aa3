#!/usr/bin/env node
// Sets the checkout up (nothing to do but the first time), then runs the command line.
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setUp } from "./set-up/set-up.mjs";
import { SetUpError } from "./set-up/set-up-error.mjs";

/** Verbs that never start the Python worker. */
const NODE_ONLY = new Set(["plan", "report", "simulate", "window", "--help", "--version"]);

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const nodeOnly = args.length === 0 || NODE_ONLY.has(args[0]) || args.includes("--help");

// A reader that is gone, as of `| head -1`, ends nothing.
process.stderr.on("error", () => {});
try {
  await setUp({ root, need: nodeOnly ? "node" : "python", log: (line) => process.stderr.write(`${line}\n`) });
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  process.stderr.write(`${error.message}\n`);
  if (args.includes("--json")) {
    const failure = { message: error.message, exit_code: error.exitCode };
    process.stdout.write(`${JSON.stringify({ error: failure }, null, 2)}\n`);
  }
  process.exit(error.exitCode);
}
const { main } = await import(pathToFileURL(join(root, "dist", "cli", "main.js")).href);
await main(args, root);
