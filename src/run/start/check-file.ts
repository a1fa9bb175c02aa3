import { join } from "node:path";
import { checkAgainstCatalogue, userMethodFiles } from "../../config/checks/check-catalogue.js";
import { parameterEntries, throwParameterProblems } from "../../config/checks/check-parameters.js";
import type { Capability, Question } from "../../config/experiment.js";
import type { LoadedExperiment } from "../../config/load-experiment.js";
import { loadFile } from "../../config/load-file.js";
import { checkTask } from "../../scoring/check-task.js";
import { openPythonSandbox, SANDBOX_DEFAULTS } from "../../scoring/sandbox/python-sandbox.js";
import type { Pool } from "../../worker/pool.js";
import type { UserFile } from "../../worker/wire/requests.js";
import { checkContrast } from "./check-contrast.js";
import { planExperiment } from "./plan-experiment.js";
import { usableScorers } from "./usable-scorers.js";
import { launchWorkers } from "./worker-launch.js";

interface CheckOptions {
  readonly root: string;
  readonly cwd: string;
  /** Absolute path of a question, capability or experiment file. */
  readonly file: string;
  /** Folder or hub id whose tokenizer reads the contrasts; null means the experiment's models, or the first rung. */
  readonly model: string | null;
  readonly logFolder: string;
  /** The current activity. */
  show(text: string): void;
}

interface CheckResult {
  /** One sentence for each thing that was proved. */
  readonly proved: readonly string[];
  /** One sentence for each problem. */
  readonly problems: readonly string[];
}

/** Verifies a question, capability or experiment file: tasks distinguish right from wrong, and contrasts differ where read. */
export async function checkFile(options: CheckOptions): Promise<CheckResult> {
  const file = await loadFile(options.file, options);
  if (file.kind === "capability") return checkCapabilities([file.capability], options.show);
  if (file.kind === "question") {
    const model = { ref: options.model ?? join(options.root, "models", "nano", "nano-0.2m"), revision: null };
    return withPool(options, [], (pool) => checkQuestions(pool, [file.question], [model], options.show));
  }
  const { loaded } = await planExperiment(options.file, { root: options.root, cwd: options.cwd, set: [] });
  const { experiment } = loaded;
  options.show("trying the scorers");
  const scorers = await usableScorers(loaded, options.root);
  await scorers.close();
  const models = options.model === null ? experiment.models : [{ ref: options.model, revision: null }];
  const contrasts = await withPool(options, userMethodFiles(experiment), async (pool) => {
    await checkMethods(loaded, pool);
    return checkQuestions(pool, experiment.questions, models, options.show);
  });
  const tasks = await checkCapabilities(experiment.capabilities, options.show);
  return {
    proved: [
      `the config plans, and the worker knows its ${experiment.methods.length} methods`,
      ...scorers.user.map(
        ({ name, version }) => `the scorer ${name} (version ${version}) answers as it should`,
      ),
      ...contrasts.proved,
      ...tasks.proved,
    ],
    problems: [...contrasts.problems, ...tasks.problems],
  };
}

/** Directions and edits, and their parameters, against what the worker offers. */
export async function checkMethods(loaded: LoadedExperiment, pool: Pool): Promise<void> {
  checkAgainstCatalogue(loaded, await pool.catalogue());
  const entries = parameterEntries(loaded).map(({ method: _, ...entry }) => entry);
  const problems = await pool.checkParams(entries);
  throwParameterProblems(
    loaded,
    problems.map((problem) => ({ ...problem, path: pathOf(problem.path) })),
  );
}

/** `features.1` as the config's own keys and indices. */
const pathOf = (path: string): (string | number)[] =>
  path === "" ? [] : path.split(".").map((step) => (/^\d+$/.test(step) ? Number(step) : step));

async function checkCapabilities(
  capabilities: readonly Capability[],
  show: CheckOptions["show"],
): Promise<CheckResult> {
  if (capabilities.length === 0) return { proved: [], problems: [] };
  const sandbox = await openPythonSandbox(SANDBOX_DEFAULTS);
  try {
    const problems: string[] = [];
    const proved: string[] = [];
    for (const capability of capabilities) {
      let done = 0;
      const found = await Promise.all(
        capability.tasks.map(async (task) => {
          const faults = await checkTask(sandbox, task);
          done += 1;
          show(`${capability.id}: ${done} of ${capability.tasks.length} tasks proved`);
          return faults;
        }),
      );
      const wrong = capability.tasks.reduce((sum, task) => sum + task.wrong.length, 0);
      for (const problem of found.flat()) problems.push(`${capability.id}: ${problem}`);
      if (found.flat().length === 0) {
        proved.push(
          `${capability.id}: ${capability.tasks.length} references pass and ${wrong} wrong solutions fail in the sandbox`,
        );
      }
    }
    return { proved, problems };
  } finally {
    await sandbox.close();
  }
}

async function checkQuestions(
  pool: Pool,
  questions: readonly Question[],
  models: readonly { readonly ref: string; readonly revision: string | null }[],
  show: CheckOptions["show"],
): Promise<CheckResult> {
  const problems: string[] = [];
  const proved: string[] = [];
  for (const { ref, revision } of models) {
    for (const question of questions) {
      show(`${question.id} with the tokenizer of ${ref}`);
      const found = await checkContrast(question, async (texts) => {
        return (await pool.tokenize({ model: { ref, revision }, texts, chats: [] })).texts.map(
          (text) => text.ids,
        );
      });
      for (const problem of found) problems.push(`${question.id} with the tokenizer of ${ref}: ${problem}`);
      if (found.length === 0)
        proved.push(`${question.id}: contrasts differ where they are read (tokenizer of ${ref})`);
    }
  }
  return { proved, problems };
}

async function withPool(
  { root, logFolder, show }: CheckOptions,
  userMethods: readonly UserFile[],
  work: (pool: Pool) => Promise<CheckResult>,
): Promise<CheckResult> {
  show("starting a worker");
  const pool = await launchWorkers({ root, run: "check", workers: 1, logFolder, userMethods });
  try {
    return await work(pool);
  } finally {
    await pool.close();
  }
}
