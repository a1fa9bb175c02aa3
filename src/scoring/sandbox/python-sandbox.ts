import type { PythonTask } from "../../config/experiment.js";
import { canonicalJson, contentHash } from "../../util/canonical-json.js";
import { UserError } from "../../util/user-error.js";
import { INTERPRETER_VERSION, locateInterpreter } from "./interpreter-binary.js";
import { InterpreterPool } from "./interpreter-pool.js";
import type { InterpreterLimits } from "./interpreter-process.js";
import { type Failure, failed, type ProgramOutcome } from "./program.js";
import { sameValue } from "./values/same-value.js";

interface SandboxOptions extends InterpreterLimits {
  /** Processes that run programs, each about 120 MB. */
  readonly workers: number;
}

export const SANDBOX_DEFAULTS: SandboxOptions = {
  workers: 2,
  cpuSeconds: 1,
  wallSeconds: 120,
  memoryPages: 2048,
};

/** Identifies the sandbox in a run's manifest. */
export const SANDBOX = Object.freeze({ kind: "cpython-wasi", version: INTERPRETER_VERSION });

/** The judgement of a program on a task. `unscored` is a fault of the machinery. */
export type Judgement =
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly failure: Failure; readonly detail: string }
  | { readonly kind: "unscored"; readonly reason: string };

/** Judges programs on a task: one judgement for each source, in order. */
export interface Judge {
  judge(task: PythonTask, sources: readonly string[]): Promise<readonly Judgement[]>;
}

/** Characters of the longest program that is judged. */
const SOURCE_LIMIT = 65536;
/** Judgements remembered; the oldest go first. */
const REMEMBERED = 50_000;

/**
 * Runs model-written Python apart from the host and judges it. A program's results come back as plain values and are
 * compared here: the expected ones never leave this process. The same program on the same task is run once.
 */
export class PythonSandbox implements Judge {
  readonly #pool: InterpreterPool;
  readonly #judgements = new Map<string, Promise<Judgement>>();
  readonly #taskKeys = new WeakMap<PythonTask, string>();

  constructor(pool: InterpreterPool) {
    this.#pool = pool;
  }

  judge(task: PythonTask, sources: readonly string[]): Promise<readonly Judgement[]> {
    return Promise.all(sources.map((source) => this.#remembered(task, source)));
  }

  /** Kills the processes and resolves when they are gone. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  #remembered(task: PythonTask, source: string): Promise<Judgement> {
    const key = `${this.#taskKey(task)} ${contentHash(source)}`;
    const known = this.#judgements.get(key);
    if (known !== undefined) return known;
    const judgement = this.#judgeOne(task, source).catch(
      (cause: unknown): Judgement => ({ kind: "unscored", reason: `the judge failed: ${String(cause)}` }),
    );
    this.#judgements.set(key, judgement);
    void judgement.then(({ kind }) => {
      if (kind === "unscored") this.#judgements.delete(key);
    });
    const [oldest] = this.#judgements.keys();
    if (this.#judgements.size > REMEMBERED && oldest !== undefined) this.#judgements.delete(oldest);
    return judgement;
  }

  async #judgeOne(task: PythonTask, source: string): Promise<Judgement> {
    if (source.length > SOURCE_LIMIT) {
      return judgementOf(task, failed("too long", `${source.length} characters, at most ${SOURCE_LIMIT}`));
    }
    const calls = task.cases.map(({ args }) => args);
    return judgementOf(task, await this.#pool.run({ source, function: task.function, calls }));
  }

  #taskKey(task: PythonTask): string {
    let key = this.#taskKeys.get(task);
    if (key === undefined) {
      key = contentHash({ function: task.function, cases: task.cases });
      this.#taskKeys.set(task, key);
    }
    return key;
  }
}

/** Opens a sandbox; `close` it when done. Throws UserError where the interpreter is missing, altered or does not start. */
export async function openPythonSandbox(options: Partial<SandboxOptions> = {}): Promise<PythonSandbox> {
  const { workers, ...limits } = { ...SANDBOX_DEFAULTS, ...options };
  const binary = await locateInterpreter();
  try {
    return new PythonSandbox(await InterpreterPool.open(binary, limits, workers));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`sandbox: ${reason}: run \`steering-window doctor\``, { cause });
  }
}

function judgementOf(task: PythonTask, outcome: ProgramOutcome): Judgement {
  if (outcome.kind === "lost") return { kind: "unscored", reason: outcome.reason };
  if (outcome.kind === "failed") return outcome;
  for (const [index, { value }] of task.cases.entries()) {
    const returned = outcome.values[index];
    if (!sameValue(returned, value)) {
      const detail = `call ${index + 1}: returned ${shown(returned)}, expected ${shown(value)}`;
      return { kind: "failed", failure: "wrong value", detail };
    }
  }
  return { kind: "passed" };
}

function shown(value: unknown): string {
  const text = canonicalJson(value);
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}
