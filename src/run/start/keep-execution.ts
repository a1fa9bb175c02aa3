import type { Execution } from "../../config/experiment.js";
import type { ModelShape } from "../../plan/plan.js";
import type { Manifest } from "../../store/manifest.js";
import { type ChosenExecution, chooseExecution, thisMachine } from "./choose-execution.js";
import { type CoreWatch, idleCores } from "./idle-cores.js";

interface ExecutionStart {
  readonly experiment: { readonly execution: Execution };
  readonly shapes: ReadonlyMap<string, ModelShape>;
  readonly env: NodeJS.ProcessEnv;
  readonly coreWatch: CoreWatch;
  /** The choices of an earlier start; null at the first. */
  readonly before: Pick<Manifest, "execution"> | null;
  /** Runs that samples are taken over from: a first start takes what the first of them settled. */
  readonly sources: readonly { readonly shown: string; readonly manifest: Pick<Manifest, "execution"> }[];
}

/**
 * Rows and threads of the first start are kept, since the last bits of a result depend on them. What the config states is
 * part of the run's identity, so only `auto` can give another value here, and this is reported.
 */
export async function keepOrChooseExecution(
  { experiment, shapes, env, coreWatch, before, sources }: ExecutionStart,
  say: (text: string) => void,
): Promise<ChosenExecution> {
  const machine = { ...thisMachine(env), cores: await idleCores(coreWatch) };
  const now = chooseExecution(experiment.execution, [...shapes.values()], machine);
  const [source] = sources;
  const settled = before ?? source?.manifest;
  if (settled === undefined) return now;
  const stated = experiment.execution;
  const rows = stated.rows === "auto" ? settled.execution.rows : stated.rows;
  const threads = stated.threads === "auto" ? settled.execution.threads : stated.threads;
  // As many workers as fit with the threads that are kept.
  const kept = chooseExecution({ ...stated, rows, threads }, [...shapes.values()], machine);
  for (const name of ["rows", "threads"] as const) {
    if (kept[name] === now[name]) continue;
    say(
      before === null
        ? `execution.${name} is ${kept[name]}, as in ${source?.shown}; without --reuse it would be ${now[name]}`
        : `execution.${name} stays ${kept[name]}, as at the first start of this run; now it would be ${now[name]} (--fresh starts again with that)`,
    );
  }
  return kept;
}
