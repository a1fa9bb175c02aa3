import { type SimulationJob, simulateOne } from "./simulate-job.js";

/** A process that simulates experiments as it is given their numbers, until its parent lets go of it. */
if (process.send === undefined) throw new Error("simulate-process is started by simulate, as its child");
process.on("message", ({ job, experiment }: { job: SimulationJob; experiment: number }) => {
  process.send?.(simulateOne(job, experiment));
});
