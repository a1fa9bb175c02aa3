import { existsSync, readFileSync, statfsSync } from "node:fs";
import { freemem, homedir, totalmem } from "node:os";
import { join } from "node:path";
import { openPythonSandbox, SANDBOX_DEFAULTS } from "../scoring/sandbox/python-sandbox.js";
import type { HelloInfo } from "../worker/messages.js";
import { isInHubCache } from "./hub-cache.js";
import { launchWorkers } from "./worker-launch.js";

export interface Finding {
  readonly what: string;
  /** `missing` keeps the default experiment from running; `note` only limits what else can be run. */
  readonly status: "ok" | "note" | "missing";
  readonly text: string;
}

export interface DoctorOptions {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFolder: string;
}

const GEMMA_SIZES = ["270m", "1b", "4b", "12b", "27b"];
const NANO_RUNGS = ["nano-0.2m", "nano-0.5m", "nano-1.5m", "nano-3.6m"];

/** Looks at everything that a run needs, and says of each thing whether it is there and what to do if not. */
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

async function workerFindings({ root, logFolder }: DoctorOptions): Promise<Finding[]> {
  try {
    const pool = await launchWorkers({ root, run: "doctor", workers: 1, logFolder, userMethods: [] });
    const hello = pool.hello();
    await pool.close();
    return [
      { what: "Python", status: "ok", text: hello.python },
      packagesFinding(root, hello),
      deviceFinding(hello),
    ];
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    return [{ what: "Python worker", status: "missing", text }];
  }
}

/** Versions in the environment against the pins of requirements.txt. */
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
      text: `no GPU; ${cores} CPU cores bear the nano ladder and Gemma 3 270m`,
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

function nanoFinding(root: string): Finding {
  const missing = NANO_RUNGS.filter(
    (rung) => !existsSync(join(root, "models", "nano", rung, "model.safetensors")),
  );
  return missing.length === 0
    ? { what: "nano ladder", status: "ok", text: NANO_RUNGS.join(", ") }
    : {
        what: "nano ladder",
        status: "missing",
        text: `${missing.join(", ")} not there; restore models/nano, or train it: make nano-ladder`,
      };
}

function gemmaFinding(env: NodeJS.ProcessEnv): Finding {
  const models = GEMMA_SIZES.map((size) => `google/gemma-3-${size}-it`);
  const present = models.filter((model) => isInHubCache(model, env));
  const absent = models.filter((model) => !present.includes(model));
  const text = [
    ...(present.length > 0 ? [`there: ${present.join(", ")}`] : []),
    ...(absent.length > 0
      ? [`not there: ${absent.join(", ")} (hf download <model>, after accepting Gemma's licence)`]
      : []),
  ].join("; ");
  return { what: "Gemma 3 weights", status: absent.length === 0 ? "ok" : "note", text };
}

/** Asks the hub for one small file of a gated model, as a download would. */
async function licenceFinding(env: NodeJS.ProcessEnv): Promise<Finding> {
  const what = "Gemma 3 licence";
  if (env.HF_HUB_OFFLINE === "1") return { what, status: "note", text: "not asked: HF_HUB_OFFLINE=1" };
  const tokenFile = join(env.HF_HOME ?? join(homedir(), ".cache", "huggingface"), "token");
  const token = env.HF_TOKEN ?? (existsSync(tokenFile) ? readFileSync(tokenFile, "utf8").trim() : null);
  if (token === null)
    return { what, status: "note", text: "no token; make one on huggingface.co and run: hf auth login" };
  const url = `${env.HF_ENDPOINT ?? "https://huggingface.co"}/google/gemma-3-1b-it/resolve/main/config.json`;
  try {
    const response = await fetch(url, {
      method: "HEAD",
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(5_000),
    });
    if (response.ok) return { what, status: "ok", text: "accepted" };
    if (response.status === 401)
      return { what, status: "note", text: "the token is not valid; run: hf auth login" };
    return {
      what,
      status: "note",
      text: `not accepted (${response.status}); accept it at huggingface.co/google/gemma-3-1b-it`,
    };
  } catch {
    return {
      what,
      status: "note",
      text: "the hub could not be reached; weights that are there can still be used",
    };
  }
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
