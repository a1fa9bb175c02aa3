import { drawerHere } from "../../src/report/figures/drawing/drawer.js";
import type { ReportHelpers } from "../../src/report/report-run.js";
import { estimateWindow } from "../../src/statistics/estimate-window.js";

/** Estimates and draws in the test's own process. */
export const here: ReportHelpers = {
  estimate: async (job) => estimateWindow(job),
  drawer: drawerHere(),
};
