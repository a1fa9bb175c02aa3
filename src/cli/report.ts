import { relative } from "node:path";
import type { CommandModule } from "yargs";
import { z } from "zod";
import { windowRecords } from "../report/csv/window-csv.js";
import { type DrawingProcesses, withDrawing } from "../report/figures/drawing/drawing-processes.js";
import { missingScoresText } from "../report/markdown/missing-section.js";
import { quarantineText } from "../report/markdown/quarantine-text.js";
import { type ReportHelpers, reportRun } from "../report/report-run.js";
import { type StatisticsPool, withStatistics } from "../run/statistics-pool.js";
import { exitCodeOf, quarantineReasons } from "../store/quarantine.js";
import { checkedOptions, textOption } from "./boundary/options.js";
import { withStatus } from "./boundary/status.js";
import { type CliContext, printJson, printLine, resolvePath } from "./context.js";

const optionsSchema = z.object({ run: textOption, json: z.boolean() });

/** `report RUN`: writes tables and figures of a finished run again, from what is stored. */
export function reportCommand(context: CliContext, finish: (code: number) => void): CommandModule {
  return {
    command: "report <run>",
    describe: "Write the tables and figures of a finished run again, without the model",
    builder: (yargs) =>
      yargs
        .positional("run", { type: "string", demandOption: true, describe: "run folder" })
        .option("json", { type: "boolean", default: false, describe: "print the windows as JSON on stdout" })
        .example("$0 report results/nano-1a2b3c4d", "figures and tables of that run"),
    handler: async (args) => {
      const options = checkedOptions(optionsSchema, args);
      const folder = resolvePath(context, options.run);
      const report = await withReportProcesses((processes) => printReport(context, folder, processes));
      if (options.json) printJson(context, report.printed);
      finish(report.exitCode);
    },
  };
}

/** Processes that work for a report. */
export interface ReportProcesses {
  readonly statistics: StatisticsPool;
  readonly drawing: DrawingProcesses;
}

/** Calls a function with processes for a report, which are closed when it returns. */
export const withReportProcesses = <T>(work: (processes: ReportProcesses) => Promise<T>): Promise<T> =>
  withStatistics((statistics) => withDrawing((drawing) => work({ statistics, drawing })));

/** Writes the report, prints its summary and says what is missing; `printed` is what `--json` shows. */
export async function printReport(
  context: CliContext,
  folder: string,
  { statistics, drawing }: ReportProcesses,
) {
  drawing.start();
  const report = await withStatus(context.stderr, ({ show, say }) => {
    const estimates = { asked: 0, done: 0 };
    const helpers: ReportHelpers = {
      estimate: async (job) => {
        estimates.asked += 1;
        const estimate = await statistics.estimate(job);
        estimates.done += 1;
        show(`report: ${estimates.done} of ${estimates.asked} windows estimated`);
        return estimate;
      },
      drawer: drawing,
    };
    return reportRun(folder, helpers, say);
  });
  printLine(context, `\n${report.summary}`);
  printLine(context, `\nEverything of this run: ${relative(context.cwd, folder) || "."}`);
  const { findings, files, figures, undrawn } = report;
  const { quarantined, scores } = findings.missing;
  if (quarantined.length > 0) printLine(context, `\n${quarantineText(quarantined)}`);
  if (scores.length > 0) printLine(context, `\n${missingScoresText(scores)}`);
  return {
    findings,
    printed: {
      windows: windowRecords(findings),
      files,
      figures,
      undrawn,
      quarantined: quarantineReasons(quarantined),
      missing_scores: scores,
    },
    exitCode: scores.length > 0 ? 3 : exitCodeOf(quarantined),
  };
}
