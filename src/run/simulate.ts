import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type SimulationSummary, summarise } from "../plan/simulation/summary.js";
import type { Simulated } from "../plan/simulation/verdict.js";
import { type SimulationJob, simulateOne } from "./simulate-job.js";

export interface SimulateOptions {
  readonly experiments: number;
  /** Processes; 1 simulates in this one. */
  readonly jobs: number;
  readonly progress: (done: number) => void;
}

/** Simulates experiments and sums them up. The same job gives the same summary by any number of processes. */
export async function simulate(job: SimulationJob, options: SimulateOptions): Promise<SimulationSummary> {
  const { experiments, jobs, progress } = options;
  const done: Simulated[] = [];
  if (jobs <= 1) {
    for (let i = 0; i < experiments; i += 1) {
      done.push(simulateOne(job, i));
      progress(i + 1);
    }
    return summarise(done);
  }
  let next = 0;
  let count = 0;
  const children = Array.from({ length: Math.min(jobs, experiments) }, () =>
    fork(new URL("./simulate-process.js", import.meta.url), { serialization: "advanced" }),
  );
  try {
    await Promise.all(
      children.map(async (child) => {
        while (next < experiments) {
          const experiment = next;
          next += 1;
          done[experiment] = await answer(child, { job, experiment });
          count += 1;
          progress(count);
        }
      }),
    );
  } finally {
    await Promise.all(children.map(end));
  }
  return summarise(done);
}

function answer(
  child: ChildProcess,
  question: { job: SimulationJob; experiment: number },
): Promise<Simulated> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      child.off("message", onMessage).off("exit", onExit);
      act();
    };
    const onMessage = (simulated: unknown) => settle(() => resolve(simulated as Simulated));
    const onExit = (code: number | null, signal: string | null) =>
      settle(() =>
        reject(
          new Error(`a simulating process ended at experiment ${question.experiment}: ${signal ?? code}`),
        ),
      );
    child.on("message", onMessage).on("exit", onExit);
    child.send(question);
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.disconnect();
  await exited;
}
