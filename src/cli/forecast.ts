import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { CommandModule } from "yargs";
import { z } from "zod";
import { LIMITS } from "../config/limits.js";
import { readText } from "../config/read-text.js";
import { withDrawing } from "../report/figures/drawing/drawing-processes.js";
import { readWindows } from "../report/input/read-windows.js";
import { type MeasuredSource, writeForecastReport } from "../report/write-forecast-report.js";
import type { ForecastLayers } from "../run/forecast/forecast-conditions.js";
import { forecastExperiment } from "../run/forecast/forecast-experiment.js";
import { readNeutralTexts } from "../run/forecast/neutral-texts.js";
import { planExperiment } from "../run/start/plan-experiment.js";
import { makeFolder } from "../util/make-folder.js";
import { UserError } from "../util/user-error.js";
import { checkedOptions, countOption, textOption } from "./boundary/options.js";
import { withStatus } from "./boundary/status.js";
import { type CliContext, printJson, printLine, resolvePath } from "./context.js";

const optionsSchema = z.object({
  config: textOption.optional(),
  // yargs parses a value of digits only as a number.
  layers: z.union([textOption, z.number()]).optional(),
  draws: countOption(1, LIMITS.draws).optional(),
  set: z.array(textOption).default([]),
  out: textOption.optional(),
  against: textOption.optional(),
  json: z.boolean(),
});
type Options = z.output<typeof optionsSchema>;

/** `forecast [CONFIG]`: where windows will lie, from forward passes alone. */
export function forecastCommand(context: CliContext): CommandModule {
  return {
    command: "forecast [config]",
    describe: "Forecast onset, collapse and width from forward passes alone, without sampling",
    builder: (yargs) =>
      yargs
        .positional("config", {
          type: "string",
          describe: "experiment file (default: the nano ladder with two vectors and five random directions)",
        })
        .option("layers", {
          type: "string",
          describe: "all, or indices and fractions of depth: 3,4 or 0.75 (default: the config's, else 0.75)",
        })
        .option("draws", {
          requiresArg: true,
          describe: "random directions for each control (default: the config's)",
        })
        .option("set", { type: "string", array: true, describe: "change a key of the config" })
        .option("out", {
          type: "string",
          describe: "folder for tables and figures (default: results/<name>-forecast)",
        })
        .option("against", {
          type: "string",
          describe:
            "finished run, or windows.csv, to compare with (default: a finished run of the same config)",
        })
        .option("json", {
          type: "boolean",
          default: false,
          describe: "print the forecasts as JSON on stdout",
        })
        .example("$0 forecast --layers all", "forecasts over the depth of the offline ladder")
        .example("$0 forecast configs/experiments/gemma-270m.yaml", "before a real model is swept"),
    handler: async (args) => forecast(context, checkedOptions(optionsSchema, args)),
  };
}

async function forecast(context: CliContext, options: Options): Promise<void> {
  const began = performance.now();
  const { root, cwd, env, stderr } = context;
  const layers = parseLayers(options.layers);
  const stated =
    options.against === undefined ? null : await readSource(context, resolvePath(context, options.against));
  const config =
    options.config === undefined
      ? join(root, "configs", "experiments", "nano-forecast.yaml")
      : resolvePath(context, options.config);
  const planned = await planExperiment(config, { root, cwd, set: options.set });
  const { name } = planned.loaded.experiment;
  const measured =
    stated ?? (await ownRun(root, name, planned.plan.generation_hash, options.set.length === 0));
  const out =
    options.out === undefined ? join(root, "results", `${name}-forecast`) : resolvePath(context, options.out);
  makeFolder(out);
  const neutralTexts = await readNeutralTexts(root);
  const rows = await withStatus(stderr, (status) =>
    forecastExperiment(planned, {
      ...{ root, env, layers, neutralTexts },
      draws: options.draws ?? null,
      want: { onset: true, collapse: true, kl: true, accessibility: true },
      logFolder: join(root, ".setup", "logs"),
      say: status.say,
      show: status.show,
    }),
  );
  const report = await withDrawing((drawing) => writeForecastReport(rows, measured, out, drawing));
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  printLine(context, `\n${report.text}`);
  if (measured === null)
    printLine(context, "\nNothing was sampled under this config yet, so the forecast is uncalibrated.");
  printLine(context, `\n${rows.length} conditions in ${seconds} s`);
  for (const file of report.files) printLine(context, relative(cwd, file));
  if (options.json) printJson(context, { rows, agreement: report.findings.agreement, files: report.files });
}

function parseLayers(option: Options["layers"]): ForecastLayers {
  if (option === undefined) return "config";
  const text = String(option);
  if (text === "all") return "all";
  const layers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (!layers.every((layer) => (Number.isInteger(layer) ? layer >= 0 : layer > 0 && layer < 1))) {
    throw new UserError(
      `--layers ${text} names no layers, expected all, or indices from 0 and fractions of depth below 1: 3,4 or 0.75`,
    );
  }
  return layers;
}

/** A finished run of exactly this config, otherwise the committed windows of the shipped one. */
async function ownRun(
  root: string,
  name: string,
  hash: string,
  asShipped: boolean,
): Promise<MeasuredSource | null> {
  const run = join("results", `${name}-${hash}`, "report", "windows.csv");
  const reference = join("results", "reference", name, "windows.csv");
  const found = [run, ...(asShipped ? [reference] : [])].find((path) => existsSync(join(root, path)));
  return found === undefined ? null : readMeasured(join(root, found), found);
}

async function readSource({ cwd }: CliContext, path: string): Promise<MeasuredSource> {
  const file = path.endsWith(".csv") ? path : join(path, "report", "windows.csv");
  if (!existsSync(file)) {
    throw new UserError(
      `--against ${path}: ${file} does not exist; give the folder of a finished run, or a windows.csv`,
    );
  }
  return readMeasured(file, relative(cwd, file));
}

async function readMeasured(file: string, name: string): Promise<MeasuredSource> {
  return { name, windows: readWindows(await readText(file, LIMITS.tableBytes), name) };
}
