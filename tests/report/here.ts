import type { Estimator } from "../../src/report/window-rows.js";
import { estimateWindow } from "../../src/statistics/estimate-window.js";

/** Estimates in the test's own process. */
export const here: Estimator = async (job) => estimateWindow(job);
