import { forked } from "../util/forked.js";
import { type SimulationJob, simulateOne } from "./simulate-job.js";
import { type SimulationSummary, summarise } from "./summary.js";
import type { Simulated } from "./verdict.js";

interface SimulateOptions {
  readonly experiments: number;
  /** Processes; 1 simulates in this one. */
  readonly jobs: number;
  readonly progress: (done: number) => void;
}

/** Simulates experiments and summarises them. The same job gives the same summary with any number of processes. */
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
    forked<{ job: SimulationJob; experiment: number }, Simulated>("simulate-process", import.meta.url),
  );
  try {
    await Promise.all(
      children.map(async (child) => {
        while (next < experiments) {
          const experiment = next;
          next += 1;
          done[experiment] = await child.ask({ job, experiment });
          count += 1;
          progress(count);
        }
      }),
    );
  } finally {
    await Promise.all(children.map((child) => child.end()));
  }
  return summarise(done);
}
