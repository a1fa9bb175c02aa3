// Sets up, then runs every check and test of both languages; the last line counts them all.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { venvPython } from "./set-up/python.mjs";
import { setUp } from "./set-up/set-up.mjs";
import { SetUpError } from "./set-up/set-up-error.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const worker = join(root, "python-worker");
const reports = join(root, ".setup", "test-reports");
const node = (...path) => [process.execPath, join(root, "node_modules", ...path)];
const python = (module) => [venvPython(root), "-m", module];

const vitestReport = join(reports, "vitest.json");
const pytestReport = join(reports, "pytest.xml");

/** The steps of each language, one after the other; the two languages go side by side. */
const typescript = [
  {
    name: "biome",
    command: [...node("@biomejs", "biome", "bin", "biome"), "check", "--error-on-warnings"],
    cwd: root,
  },
  { name: "tsc", command: [...node("typescript", "bin", "tsc"), "-p", "tests"], cwd: root },
  {
    name: "vitest",
    command: [
      ...node("vitest", "vitest.mjs"),
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${vitestReport}`,
    ],
    cwd: root,
    count: () => countVitest(JSON.parse(readFileSync(vitestReport, "utf8"))),
  },
];
const pythonSteps = [
  { name: "ruff check", command: [...python("ruff"), "check", "."], cwd: worker },
  { name: "ruff format", command: [...python("ruff"), "format", "--check", "."], cwd: worker },
  { name: "mypy", command: python("mypy"), cwd: worker },
  {
    name: "pytest",
    command: [...python("pytest"), `--junitxml=${pytestReport}`],
    cwd: worker,
    // A second thread makes tiny models slower.
    environment: { OMP_NUM_THREADS: "1" },
    count: () => countJunit(readFileSync(pytestReport, "utf8")),
  },
];

try {
  await setUp({ root, need: "tests", log: (line) => process.stderr.write(`${line}\n`) });
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(error.exitCode);
}

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const results = (
  await Promise.all([
    inTurn(typescript, "inherit"),
    // Printed when a step is done, so that the lines of two steps do not mix.
    inTurn(pythonSteps, "pipe"),
  ])
).flat();
const total = { passed: 0, failed: 0, skipped: 0 };
for (const { name, counts } of results) {
  for (const kind of Object.keys(total)) total[kind] += counts[kind];
  console.log(`${name}: ${sentence(counts)}`);
}
console.log(sentence(total));
process.exitCode = total.failed === 0 ? 0 : 1;

function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

async function inTurn(steps, output) {
  const done = [];
  for (const step of steps) done.push({ name: step.name, counts: await counted(step, output) });
  return done;
}

/** A check is one test. A suite that ends badly without a failed test (a crash, an error while collecting) counts as one failure. */
async function counted(step, output) {
  const code = await run(step, output);
  const passed = { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  if (step.count === undefined) return passed;
  try {
    const counts = step.count();
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } catch (error) {
    console.error(`${step.name} left no report: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function run({ name, command: [file, ...args], cwd, environment = {} }, output) {
  if (output === "inherit") console.log(`== ${name}`);
  const env = {
    ...process.env,
    OMP_WAIT_POLICY: "passive",
    HF_HUB_OFFLINE: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    ...environment,
  };
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", output, output] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
    }
    const end = (code) => {
      if (output === "pipe") console.log(`== ${name}\n${text}`);
      resolve(code);
    };
    child.on("error", () => end(1));
    child.on("close", (code) => end(code ?? 1));
  });
}

function countVitest(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + (report.numFailedTests === 0 ? report.numFailedTestSuites : 0),
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function countJunit(xml) {
  const suite = /<testsuite [^>]*>/.exec(xml)?.[0] ?? "";
  const attribute = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = attribute("failures") + attribute("errors");
  return {
    passed: attribute("tests") - failed - attribute("skipped"),
    failed,
    skipped: attribute("skipped"),
  };
}
