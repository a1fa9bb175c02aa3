import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { explainFailure } from "./set-up-error.mjs";

/** Runs an installer quietly; a failure becomes one sentence, its output goes to .setup/last-failure.log. */
export async function runInstaller(root, step, command, args, env = process.env) {
  const { code, output } = await capture(command, args, { cwd: root, env });
  if (code === 0) return;
  const failure = explainFailure(step, root, output);
  try {
    mkdirSync(join(root, ".setup"), { recursive: true });
    writeFileSync(join(root, ".setup", "last-failure.log"), output);
  } catch {
    // On a full disk the log is lost; the sentence is not.
  }
  throw failure;
}

/** Exit code and the whole output of a command; code is null where it could not be started. */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => resolve({ code: null, output: output + error.message }));
    child.on("close", (code) => resolve({ code, output }));
  });
}
