import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandModule } from "yargs";
import { z } from "zod";
import { type Readiness, readinessOf } from "../doctor/gemma-readiness.js";
import { compareReference } from "../report/compare-reference.js";
import { windowRecords } from "../report/csv/window-csv.js";
import { publishedTable } from "../report/markdown/windows/published-table.js";
import { keepSpeed } from "../run/progress/keep-speed.js";
import { speedText } from "../run/progress/speed.js";
import { runExperiment } from "../run/run-experiment.js";
import { gpuMemoryBytes, thisMachine } from "../run/start/choose-execution.js";
import { costOn, planExperiment } from "../run/start/plan-experiment.js";
import { failureJson, stoppedEarly } from "./boundary/failure.js";
import { checkedOptions } from "./boundary/options.js";
import { type CliContext, defaultConfig, printJson, printLine } from "./context.js";
import { printReport, type ReportProcesses, withReportProcesses } from "./report.js";

const optionsSchema = z.object({ strict: z.boolean(), fresh: z.boolean(), json: z.boolean() });

/** `reproduce`: runs the nano ladder and every size of the published table that this machine can run. */
export function reproduceCommand(context: CliContext, finish: (code: number) => void): CommandModule {
  return {
    command: "reproduce",
    describe:
      "Run the nano ladder and every published Gemma 3 size that fits this machine, and compare with the published values",
    builder: (yargs) =>
      yargs
        .option("strict", {
          type: "boolean",
          default: false,
          describe: "exit with code 1 unless every cell is consistent",
        })
        .option("fresh", { type: "boolean", default: false, describe: "run again from the beginning" })
        .option("json", { type: "boolean", default: false, describe: "print the verdicts as JSON on stdout" })
        .example("make reproduce STRICT=1", "as a check in a pipeline"),
    handler: async (args) => {
      const options = checkedOptions(optionsSchema, args);
      const stopped = (exitCode: number) => {
        if (options.json) printJson(context, failureJson(stoppedEarly(exitCode)));
        finish(exitCode);
      };
      const nano = await run(context, defaultConfig(context), [], options.fresh);
      if (nano.report === null) return stopped(nano.exitCode);
      const reference = join(context.root, "results", "reference", "windows.csv");
      const measured = windowRecords(nano.report.findings);
      printLine(context, `\n${compareReference(readFileSync(reference, "utf8"), measured)}`);

      const sweep = join(context.root, "configs", "experiments", "steering-sweep.yaml");
      const readiness = await sweepReadiness(context, sweep);
      printLine(context, "\nPublished sizes");
      for (const { model, text } of readiness) printLine(context, `  ${model}: ${text}`);
      const ready = readiness.filter((model) => model.ready).map((model) => `google/${model.model}`);
      const gemma =
        ready.length === 0
          ? null
          : await run(context, sweep, [`models=[${ready.join(", ")}]`], options.fresh);
      if (gemma !== null && gemma.report === null) return stopped(gemma.exitCode);
      const verdicts = (gemma?.report ?? nano.report).findings.published;
      const table = publishedTable(verdicts);
      printLine(context, `\nPublished and measured (question caracara, raw strengths)\n\n${table}`);
      const file = join(context.root, "results", "published-and-measured.md");
      writeFileSync(file, `# Published and measured\n\n${table}\n`);
      if (options.json) printJson(context, { readiness, verdicts });
      const quarantined = Math.max(nano.exitCode, gemma?.exitCode ?? 0);
      finish(options.strict && verdicts.some((cell) => cell.verdict !== "consistent") ? 1 : quarantined);
    },
  };
}

function run(context: CliContext, config: string, set: readonly string[], fresh: boolean) {
  return withReportProcesses((processes) => runAndReport(context, { config, set, fresh }, processes));
}

async function runAndReport(
  context: CliContext,
  {
    config,
    set,
    fresh,
  }: { readonly config: string; readonly set: readonly string[]; readonly fresh: boolean },
  processes: ReportProcesses,
) {
  const { root, cwd, env, stderr } = context;
  const outcome = await runExperiment({
    root,
    cwd,
    env,
    stderr,
    now: () => performance.now(),
    config,
    set,
    out: null,
    fresh,
    statistics: processes.statistics,
    onLaneDone: () => processes.drawing.start(),
  });
  const report = outcome.finished ? await printReport(context, outcome.folder, processes) : null;
  if (report !== null && outcome.speed !== null)
    printLine(context, speedText(keepSpeed(outcome.folder, outcome.speed)));
  return { ...outcome, report };
}

async function sweepReadiness(context: CliContext, config: string): Promise<Readiness[]> {
  const machine = thisMachine(context.env);
  const planned = await planExperiment(config, { root: context.root, cwd: context.cwd, set: [] });
  const { cost } = costOn(planned, machine);
  const gpuBytes = gpuMemoryBytes();
  return planned.plan.models.flatMap(({ name, ref, source }) => {
    const modelCost = cost.models.find((model) => model.model === name);
    return modelCost === undefined
      ? []
      : [readinessOf({ name, ref, source, cost: modelCost }, machine, gpuBytes, context.env)];
  });
}
