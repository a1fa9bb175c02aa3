import type { CommandModule } from "yargs";
import { z } from "zod";
import { keepSpeed } from "../run/progress/keep-speed.js";
import { speedText } from "../run/progress/speed.js";
import { runExperiment } from "../run/run-experiment.js";
import { failureJson, stoppedEarly } from "./boundary/failure.js";
import { checkedOptions, textOption } from "./boundary/options.js";
import { type CliContext, defaultConfig, printJson, printLine, resolvePath } from "./context.js";
import { printReport, type ReportProcesses, withReportProcesses } from "./report.js";

const optionsSchema = z.object({
  config: textOption.optional(),
  out: textOption.optional(),
  set: z.array(textOption).default([]),
  fresh: z.boolean(),
  reuse: z.array(textOption).default([]),
  json: z.boolean(),
});
type Options = z.output<typeof optionsSchema>;

/** `experiment [CONFIG]`: runs or resumes an experiment, or reports a finished one. */
export function experimentCommand(context: CliContext, finish: (code: number) => void): CommandModule {
  return {
    command: "experiment [config]",
    describe: "Run an experiment, resume one that was stopped, or report a finished one",
    builder: (yargs) =>
      yargs
        .positional("config", { type: "string", describe: "experiment file (default: the nano ladder)" })
        .option("out", { type: "string", describe: "run folder (default: results/<name>-<generation hash>)" })
        .option("set", {
          type: "string",
          array: true,
          describe: "change a key of the config: --set samples.question=32",
        })
        .option("fresh", { type: "boolean", default: false, describe: "run again from the beginning" })
        .option("reuse", {
          type: "string",
          array: true,
          describe: "take over samples that did not change from the run in this folder",
        })
        .option("json", { type: "boolean", default: false, describe: "print the windows as JSON on stdout" })
        .example("$0 experiment", "the offline ladder, with its figures and tables")
        .example("$0 experiment configs/experiments/gemma-270m.yaml", "a real Gemma 3 on a laptop")
        .example(
          "$0 experiment my.yaml --set seed=1 --out runs/seed-1",
          "with one key changed, in a separate folder",
        )
        .example(
          "$0 experiment my.yaml --reuse results/my-0123456789ab",
          "after adding a method, model or question: samples only what is new",
        ),
    handler: async (args) => {
      const options = checkedOptions(optionsSchema, args);
      const code = await withReportProcesses((processes) => runAndReport(context, options, processes));
      finish(code);
    },
  };
}

async function runAndReport(
  context: CliContext,
  options: Options,
  processes: ReportProcesses,
): Promise<number> {
  const outcome = await runExperiment({
    root: context.root,
    cwd: context.cwd,
    env: context.env,
    stderr: context.stderr,
    now: () => performance.now(),
    config: options.config === undefined ? defaultConfig(context) : resolvePath(context, options.config),
    set: options.set,
    out: options.out === undefined ? null : resolvePath(context, options.out),
    fresh: options.fresh,
    reuse: options.reuse.map((folder) => resolvePath(context, folder)),
    statistics: processes.statistics,
    onLaneDone: () => processes.drawing.start(),
  });
  if (!outcome.finished) {
    if (options.json) printJson(context, failureJson(stoppedEarly(outcome.exitCode)));
    return outcome.exitCode;
  }
  const report = await printReport(context, outcome.folder, processes);
  const speed = outcome.speed === null ? null : keepSpeed(outcome.folder, outcome.speed);
  if (speed !== null) printLine(context, speedText(speed));
  if (options.json) printJson(context, { folder: outcome.folder, ...report.printed, speed });
  return outcome.exitCode;
}
