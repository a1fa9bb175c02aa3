import { parentPort } from "node:worker_threads";
import { type SimulationJob, simulateOne } from "./simulate-job.js";

/** A thread that simulates experiments as it is given their numbers. */
const port = parentPort;
if (port === null) throw new Error("simulate-thread is started by simulate, as a worker thread");
port.on("message", ({ job, experiment }: { job: SimulationJob; experiment: number }) => {
  port.postMessage(simulateOne(job, experiment));
});
