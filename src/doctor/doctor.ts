import { readFileSync, statfsSync } from "node:fs";
import { freemem, totalmem } from "node:os";
import { join } from "node:path";
import { executionSchema } from "../config/schema/run-schema.js";
import { readModelShape } from "../plan/cost/model-shape.js";
import { chooseExecution, thisMachine } from "../run/start/choose-execution.js";
import { launchWorkers } from "../run/start/worker-launch.js";
import { openPythonSandbox, SANDBOX_DEFAULTS } from "../scoring/sandbox/python-sandbox.js";
import type { HelloInfo, Pool } from "../worker/pool.js";
import type { Finding } from "./finding.js";
import { gemmaFinding, licenceFinding } from "./gemma-findings.js";
import { measureModel } from "./measure-model.js";
import { largestNano, nanoFinding } from "./nano-ladder.js";

interface DoctorOptions {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFolder: string;
  /** Whether decoding is timed, in addition to the engine's self-test. */
  readonly speed: boolean;
  readonly onProgress: (text: string) => void;
}

/** Checks everything that a run needs, and says for each thing whether it is present and what to do if it is not. */
export async function doctor(options: DoctorOptions): Promise<readonly Finding[]> {
  const worker = await workerFindings(options);
  return [
    { what: "Node", status: "ok", text: process.version },
    ...worker,
    memoryFinding(),
    diskFinding(options.root),
    nanoFinding(options.root),
    gemmaFinding(options.env),
    await licenceFinding(options.env),
    await sandboxFinding(),
  ];
}

async function workerFindings(options: DoctorOptions): Promise<Finding[]> {
  const { root, logFolder } = options;
  try {
    const pool = await launchWorkers({ root, run: "doctor", workers: 1, logFolder, userMethods: [] });
    try {
      const hello = pool.hello();
      return [
        { what: "Python", status: "ok", text: hello.python },
        packagesFinding(root, hello),
        deviceFinding(hello),
        ...(await modelFindings(options, pool)),
      ];
    } finally {
      await pool.close();
    }
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    return [{ what: "Python worker", status: "missing", text }];
  }
}

/** The largest shipped model, loaded as a run would load it; nothing if the finding `nano ladder` reports it missing. */
async function modelFindings(
  { root, env, speed, onProgress }: DoctorOptions,
  pool: Pool,
): Promise<readonly Finding[]> {
  const nano = largestNano(root);
  if (nano === null) return [];
  const execution = executionSchema.parse({});
  const shape = await readModelShape({ ...nano, source: "folder", revision: null, parameters: null }, root);
  const { threads } = chooseExecution(execution, [shape], thisMachine(env));
  const { device, dtype, engine } = execution;
  const model = { ref: nano.ref, revision: null, device, dtype, engine, threads };
  const load = { model, norm_prompts: [] };
  return measureModel({ pool, hello: pool.hello(), name: nano.name, load, speed, onProgress });
}

/** Compares versions in the environment with the pins of requirements.txt. */
function packagesFinding(root: string, { packages }: HelloInfo): Finding {
  const pins = readFileSync(join(root, "requirements.txt"), "utf8").matchAll(
    /^([A-Za-z0-9_.-]+)==([^;\s]+)/gm,
  );
  const wrong: string[] = [];
  for (const [, name = "", version = ""] of pins) {
    const found = Object.entries(packages).find(([key]) => canonical(key) === canonical(name))?.[1];
    if (found !== undefined && found.split("+")[0] !== version && name !== "numpy")
      wrong.push(`${name} is ${found}, not ${version}`);
  }
  if (wrong.length > 0)
    return { what: "packages", status: "note", text: `${wrong.join(", ")}; delete .venv and start again` };
  return {
    what: "packages",
    status: "ok",
    text: Object.entries(packages)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
  };
}

const canonical = (name: string) => name.toLowerCase().replaceAll(/[-_.]+/g, "-");

function deviceFinding({ devices, cores }: HelloInfo): Finding {
  const others = devices.filter((device) => device.kind !== "cpu");
  if (others.length === 0) {
    return {
      what: "device",
      status: "note",
      text: `no GPU; ${cores} CPU cores are enough for the nano ladder and Gemma 3 270m`,
    };
  }
  const text = others
    .map((device) => `${device.name} (${device.kind}, ${gigabytes(device.memory_bytes)})`)
    .join(", ");
  return { what: "device", status: "ok", text };
}

function memoryFinding(): Finding {
  const text = `${gigabytes(totalmem())}, ${gigabytes(freemem())} free`;
  return {
    what: "memory",
    status: totalmem() < 4e9 ? "note" : "ok",
    text: totalmem() < 4e9 ? `${text}; 4 GB are advised` : text,
  };
}

function diskFinding(root: string): Finding {
  const { bavail, bsize } = statfsSync(root);
  const free = bavail * bsize;
  return {
    what: "disk",
    status: free < 1e9 ? "missing" : "ok",
    text: `${gigabytes(free)} free${free < 1e9 ? "; a run needs 1 GB" : ""}`,
  };
}

async function sandboxFinding(): Promise<Finding> {
  const what = "sandbox";
  const sandbox = await openPythonSandbox({ ...SANDBOX_DEFAULTS, workers: 1 });
  const task = {
    id: "double",
    messages: [],
    function: "double",
    cases: [{ args: [21], value: 42 }],
    reference: "",
    wrong: [],
  };
  try {
    const start = performance.now();
    const [verdict] = await sandbox.judge(task, ["def double(n):\n    return 2 * n\n"]);
    const milliseconds = Math.round(performance.now() - start);
    if (verdict?.kind === "passed")
      return { what, status: "ok", text: `a first program took ${milliseconds} ms` };
    return { what, status: "missing", text: `a correct program did not pass: ${JSON.stringify(verdict)}` };
  } finally {
    await sandbox.close();
  }
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
