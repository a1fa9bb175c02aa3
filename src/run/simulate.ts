import { Worker } from "node:worker_threads";
import { type SimulationSummary, summarise } from "../plan/simulation/summary.js";
import type { Simulated } from "../plan/simulation/verdict.js";
import { type SimulationJob, simulateOne } from "./simulate-job.js";

export interface SimulateOptions {
  readonly experiments: number;
  /** Threads; 1 simulates in this one. */
  readonly jobs: number;
  readonly progress: (done: number) => void;
}

/** Simulates experiments and sums them up. The same job gives the same summary on any number of threads. */
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
  const threads = Array.from(
    { length: Math.min(jobs, experiments) },
    () => new Worker(new URL("./simulate-thread.js", import.meta.url)),
  );
  try {
    await Promise.all(
      threads.map(async (thread) => {
        while (next < experiments) {
          const experiment = next;
          next += 1;
          done[experiment] = await answer(thread, { job, experiment });
          count += 1;
          progress(count);
        }
      }),
    );
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return summarise(done);
}

function answer(thread: Worker, question: { job: SimulationJob; experiment: number }): Promise<Simulated> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      thread.off("message", onMessage).off("error", onError);
      act();
    };
    const onMessage = (simulated: Simulated) => settle(() => resolve(simulated));
    const onError = (error: Error) => settle(() => reject(error));
    thread.on("message", onMessage).on("error", onError);
    thread.postMessage(question);
  });
}
