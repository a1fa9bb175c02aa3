import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { runInstaller } from "./command.mjs";
import { checkNodeVersion } from "./node-version.mjs";
import { setUpPython } from "./python.mjs";
import { SetUpError } from "./set-up-error.mjs";
import { inputHash, stamped } from "./stamp.mjs";

/**
 * Brings a checkout to the point where a verb can run; what is done already costs milliseconds.
 *
 * @param {{ root: string, need: "node" | "python" | "tests", log: (line: string) => void }} options
 */
export async function setUp({ root, need, log }) {
  checkNodeVersion(process.versions.node);
  try {
    mkdirSync(join(root, ".setup"), { recursive: true });
  } catch (cause) {
    throw new SetUpError(
      `${root} cannot be written (${cause.code}); free space or clone into a folder that is writable.`,
    );
  }
  await installNodePackages(root, log);
  await build(root, log);
  if (need !== "node") await setUpPython({ root, tests: need === "tests", log });
}

async function installNodePackages(root, log) {
  const hash = inputHash(
    root,
    ["package.json", "package-lock.json"],
    [process.version, process.platform, process.arch],
  );
  const made = () => existsSync(join(root, "node_modules"));
  await stamped({ root, name: "node", hash, made, log, title: "installing Node packages" }, async () => {
    const npm = process.env.npm_execpath;
    const command = npm ? process.execPath : "npm";
    const args = ["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"];
    await runInstaller(root, "installing Node packages", command, npm ? [npm, ...args] : args);
  });
}

async function build(root, log) {
  const hash = inputHash(root, ["src", "tsconfig.json", "package-lock.json"]);
  const made = () => existsSync(join(root, "dist", "cli", "main.js"));
  await stamped({ root, name: "build", hash, made, log, title: "building" }, async () => {
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    await runInstaller(root, "building", process.execPath, [compiler, "-p", root]);
  });
}
