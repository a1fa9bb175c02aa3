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

const checks = [
  {
    name: "biome",
    command: [...node("@biomejs", "biome", "bin", "biome"), "check", "--error-on-warnings"],
    cwd: root,
  },
  { name: "tsc", command: [...node("typescript", "bin", "tsc"), "-p", "tests"], cwd: root },
  { name: "ruff check", command: [...python("ruff"), "check", "."], cwd: worker },
  { name: "ruff format", command: [...python("ruff"), "format", "--check", "."], cwd: worker },
  { name: "mypy", command: python("mypy"), cwd: worker },
];

const vitestReport = join(reports, "vitest.json");
const pytestReport = join(reports, "pytest.xml");
const suites = [
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
  {
    name: "pytest",
    // A file's tests share what they make, and stay in one process.
    command: [...python("pytest"), "-n", "2", "--dist", "loadfile", `--junitxml=${pytestReport}`],
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
const total = { passed: 0, failed: 0, skipped: 0 };
const lines = [];
for (const check of checks) add(check.name, (await run(check)) === 0 ? { passed: 1 } : { failed: 1 });
for (const suite of suites) add(suite.name, await runSuite(suite));
for (const line of lines) console.log(line);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

function add(name, { passed = 0, failed = 0, skipped = 0 }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  lines.push(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
}

/** A suite that ends badly without a failed test (a crash, an error while collecting) counts as one failure. */
async function runSuite(suite) {
  const code = await run(suite);
  let counts;
  try {
    counts = suite.count();
  } catch (error) {
    console.error(`${suite.name} left no report: ${error.message}`);
    return { failed: 1 };
  }
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function run({ name, command: [file, ...args], cwd, environment = {} }) {
  console.log(`== ${name}`);
  const env = {
    ...process.env,
    OMP_WAIT_POLICY: "passive",
    HF_HUB_OFFLINE: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    ...environment,
  };
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", () => resolve(1));
    child.on("close", (code) => resolve(code ?? 1));
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
