import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { runExperiment } from "../../src/run/run-experiment.js";
import { withStatistics } from "../../src/run/statistics-pool.js";
import { openRun } from "../../src/store/folder/read-run.js";
import { AppendLog } from "../../src/store/log/append-log.js";
import { type Manifest, readManifest, writeManifest } from "../../src/store/manifest.js";
import { runFolder } from "../../src/store/run-folder.js";
import { TABLES } from "../../src/store/tables/columns.js";
import { newFolder, root } from "./command.js";

const problemWorker = fileURLToPath(new URL("../fixtures/problem-worker.mjs", import.meta.url));

/** Prompts alone, which need no vectors: what the problem worker can do. */
const CONFIG = `name: problem
models: [${join(root, "models", "nano", "nano-0.2m")}]
questions: [caracara]
capabilities: [python-five]
methods: [prompt]
samples: { question: 4, task: 1 }
baseline: { question: 4, task: 1 }
measurements: []
execution: { workers: 1 }
`;

export interface ProblemRun {
  /** What a start says on stderr, with workers that behave as `mode` says. */
  start(mode: string, set?: readonly string[]): Promise<string>;
  /** Of the last start; null where none came to its end. */
  exitCode(): number | null;
  readonly folder: string;
  manifest(): Manifest | null;
  /** Makes the finished run one that was stopped after its model was loaded; `change` may alter its manifest. */
  stop(change?: (manifest: Manifest) => Partial<Manifest>): void;
}

/** A run in a folder of its own, carried out in this process by workers that misbehave on demand. */
export function problemRun(): ProblemRun {
  const cwd = newFolder();
  const config = join(cwd, "experiment.yaml");
  const out = join(cwd, "run");
  const manifestFile = join(out, "manifest.json");
  writeFileSync(config, CONFIG);
  let exitCode: number | null = null;
  return {
    folder: out,
    exitCode: () => exitCode,
    async start(mode, set = []) {
      const stderr = new PassThrough();
      let said = "";
      stderr.on("data", (chunk) => {
        said += chunk;
      });
      const workerCommand = [process.execPath, problemWorker, mode];
      exitCode = null;
      const outcome = await withStatistics((statistics) =>
        runExperiment({
          ...{ root, cwd, env: process.env, config, set, out, fresh: false, statistics, workerCommand },
          stderr: stderr as unknown as NodeJS.WriteStream,
          now: () => performance.now(),
        }),
      );
      exitCode = outcome.exitCode;
      return said;
    },
    manifest: () => readManifest(manifestFile),
    stop(change = () => ({})) {
      const { manifest } = openRun(out);
      const { live } = runFolder(out);
      rmSync(live, { recursive: true });
      for (const table of TABLES) AppendLog.open(table, join(live, table.table)).close();
      writeManifest(manifestFile, { ...manifest, status: "running", ...change(manifest) });
    },
  };
}
