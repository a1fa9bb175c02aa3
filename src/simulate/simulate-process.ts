import { answerParent } from "../util/forked.js";
import { type SimulationJob, simulateOne } from "./simulate-job.js";

/** A process that simulates the experiments whose numbers it receives. */
answerParent(({ job, experiment }: { job: SimulationJob; experiment: number }) =>
  simulateOne(job, experiment),
);
