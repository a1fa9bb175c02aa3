import { answerParent } from "../util/forked.js";
import { type SimulationJob, simulateOne } from "./simulate-job.js";

/** A process that simulates experiments as it is given their numbers. */
answerParent(({ job, experiment }: { job: SimulationJob; experiment: number }) =>
  simulateOne(job, experiment),
);
