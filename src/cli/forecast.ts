import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { CommandModule } from "yargs";
import { UserError } from "../config/user-error.js";
import { readWindows } from "../report/forecast/read-windows.js";
import { type MeasuredSource, writeForecastReport } from "../report/forecast/write-forecast-report.js";
import type { ForecastLayers } from "../run/forecast/forecast-conditions.js";
import { forecastExperiment } from "../run/forecast/forecast-experiment.js";
import { readNeutralTexts } from "../run/forecast/neutral-texts.js";
import { type CliContext, printJson, printLine, resolvePath } from "./context.js";

interface Arguments {
  config: string | undefined;
  layers: string | undefined;
  draws: number | undefined;
  set: string[] | undefined;
  out: string | undefined;
  against: string | undefined;
  json: boolean;
}

/** `forecast [CONFIG]`: where windows will lie, from forward passes alone. */
export function forecastCommand(context: CliContext): CommandModule<object, Arguments> {
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
        .option("draws", { type: "number", describe: "random directions a control (default: the config's)" })
        .option("set", { type: "string", array: true, describe: "change a key of the config" })
        .option("out", {
          type: "string",
          describe: "folder for map and figures (default: results/<name>-forecast)",
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
        .example("$0 forecast --layers all", "a map over depth of the offline ladder")
        .example("$0 forecast configs/experiments/gemma-270m.yaml", "before a real model is swept"),
    handler: async (args) => {
      const began = performance.now();
      const { root, cwd, env } = context;
      const config =
        args.config === undefined
          ? join(root, "configs", "experiments", "nano-forecast.yaml")
          : resolvePath(context, args.config);
      const outcome = await forecastExperiment({
        ...{ root, cwd, env, config },
        set: args.set ?? [],
        layers: parseLayers(args.layers),
        draws: args.draws ?? null,
        want: { onset: true, collapse: true, kl: true, accessibility: true },
        neutralTexts: await readNeutralTexts(root),
        logFolder: join(root, ".setup", "logs"),
        say: (text) => printLine(context, text),
      });
      const { experiment, rows, generationHash } = outcome;
      const out =
        args.out === undefined
          ? join(root, "results", `${experiment.name}-forecast`)
          : resolvePath(context, args.out);
      const measured =
        args.against === undefined
          ? ownRun(root, experiment.name, generationHash, (args.set ?? []).length === 0)
          : readSource(context, resolvePath(context, args.against));
      const report = await writeForecastReport(rows, measured, out);
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      printLine(context, `\n${report.text}`);
      if (measured === null)
        printLine(context, "\nNothing was sampled under this config yet, so the forecast is uncalibrated.");
      printLine(context, `\n${rows.length} conditions in ${seconds} s`);
      for (const file of report.files) printLine(context, relative(cwd, file));
      if (args.json) printJson(context, { rows, agreement: report.agreement, files: report.files });
    },
  };
}

function parseLayers(text: string | undefined): ForecastLayers {
  if (text === undefined) return "config";
  if (text === "all") return "all";
  const layers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (!layers.every((layer) => (Number.isInteger(layer) ? layer >= 0 : layer > 0 && layer < 1))) {
    throw new UserError(
      `--layers ${text} names no layers, expected all, or indices from 0 and fractions of depth below 1: 3,4 or 0.75`,
    );
  }
  return layers;
}

/** A finished run of this very config, else the committed windows of the shipped one. */
function ownRun(root: string, name: string, hash: string, asShipped: boolean): MeasuredSource | null {
  const run = join("results", `${name}-${hash}`, "report", "windows.csv");
  const reference = join("results", "reference", name, "windows.csv");
  const found = [run, ...(asShipped ? [reference] : [])].find((path) => existsSync(join(root, path)));
  if (found === undefined) return null;
  return { name: found, windows: readWindows(readFileSync(join(root, found), "utf8")) };
}

function readSource({ cwd }: CliContext, path: string): MeasuredSource {
  const file = path.endsWith(".csv") ? path : join(path, "report", "windows.csv");
  if (!existsSync(file)) {
    throw new UserError(
      `--against ${path}: ${file} does not exist; give the folder of a finished run, or a windows.csv`,
    );
  }
  return { name: relative(cwd, file), windows: readWindows(readFileSync(file, "utf8")) };
}
