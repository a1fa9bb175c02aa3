import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import type { CommandModule } from "yargs";
import { UserError } from "../config/user-error.js";
import { drawerHere } from "../report/figures/drawer.js";
import { reliabilityFigure, type SimulatedTruth } from "../report/figures/reliability.js";
import { simulate } from "../run/simulate.js";
import { SIMULATED_TRUTHS, simulationDesign } from "../run/simulate-design.js";
import type { SimulationJob } from "../run/simulate-job.js";
import { simulationText } from "../run/simulate-text.js";
import { type CliContext, printJson, resolvePath } from "./context.js";

interface Arguments {
  truth: string[] | undefined;
  onset: number | undefined;
  collapse: number | undefined;
  width: number;
  samples: number | undefined;
  experiments: number | undefined;
  design: string;
  precision: number;
  "window-samples": number;
  tasks: number;
  seed: number;
  jobs: number | undefined;
  figure: string | undefined;
  json: boolean;
}

/** Experiments of one truth that is stated in full: enough for its coverage to a percent or two. */
const STATED_EXPERIMENTS = 400;
const DRAWN_EXPERIMENTS = 2000;
/** No interval is this narrow, so all samples are taken. */
const NO_PRECISION = 1e-6;

/** `simulate`: what a design is worth, on conditions whose windows are known. */
export function simulateCommand(context: CliContext): CommandModule<object, Arguments> {
  return {
    command: "simulate",
    describe:
      "Simulate experiments with known windows: coverage, bias, width and samples to expect of a design",
    builder: (yargs) =>
      yargs
        .option("truth", {
          type: "string",
          array: true,
          choices: SIMULATED_TRUTHS,
          describe: "kinds of truth to draw experiments from (default: all)",
        })
        .option("onset", { type: "number", describe: "one stated truth: strength of its onset" })
        .option("collapse", { type: "number", describe: "one stated truth: strength of its collapse" })
        .option("width", {
          type: "number",
          default: 0.6,
          describe: "its curves' width from .05 to .95, octaves",
        })
        .option("samples", {
          type: "number",
          describe: "spend this many samples, however narrow the interval",
        })
        .option("experiments", {
          type: "number",
          describe: `experiments a truth (default: ${DRAWN_EXPERIMENTS}; ${STATED_EXPERIMENTS} of a stated one)`,
        })
        .option("design", {
          type: "string",
          choices: ["adaptive", "grid"],
          default: "adaptive",
          describe: "rounds, or passes over a uniform log grid",
        })
        .option("precision", {
          type: "number",
          default: 0.4,
          describe: "stop at an interval this narrow, octaves",
        })
        .option("window-samples", { type: "number", default: 1600, describe: "stop at this many samples" })
        .option("tasks", { type: "number", default: 20, describe: "capability tasks" })
        .option("seed", { type: "number", default: 1 })
        .option("jobs", { type: "number", describe: "processes (default: the cores of this machine)" })
        .option("figure", {
          type: "string",
          describe: "draw stated probabilities of never beside what was so, as .svg or .png",
        })
        .option("json", {
          type: "boolean",
          default: false,
          describe: "print the summaries as JSON on stdout",
        })
        .example("$0 simulate --truth model overdispersed", "coverage under the model and under tasks unlike")
        .example(
          "$0 simulate --truth model --design grid --window-samples 40000",
          "what a uniform grid would take",
        )
        .example(
          "$0 simulate --truth never-steered --figure reliability.svg",
          "are stated probabilities of never right?",
        )
        .example(
          "$0 simulate --onset 0.5 --collapse 1.2 --width 0.6 --samples 800",
          "the width to expect of 800 samples",
        ),
    handler: async (args) => {
      if (args.figure !== undefined && !/\.(svg|png)$/.test(args.figure)) {
        throw new UserError(`--figure draws .svg or .png, not "${args.figure}"; name such a file.`);
      }
      const design = simulationDesign({
        kind: args.design === "grid" ? "grid" : "adaptive",
        precision: args.samples === undefined ? args.precision : NO_PRECISION,
        windowSamples: args.samples ?? args["window-samples"],
        tasks: args.tasks,
      });
      const summaries = [];
      const drawn: SimulatedTruth[] = [];
      for (const truth of truthsOf(args)) {
        const experiments =
          args.experiments ?? (typeof truth === "string" ? DRAWN_EXPERIMENTS : STATED_EXPERIMENTS);
        const name = typeof truth === "string" ? truth : "stated";
        const summary = await simulate(
          { truth, design, seed: args.seed },
          {
            experiments,
            jobs: args.jobs ?? availableParallelism(),
            progress: (done) => showProgress(context, name, done, experiments),
          },
        );
        summaries.push({ truth, design, ...summary });
        drawn.push({ truth: name, summary });
        context.stderr.write(`${simulationText(`${name}, ${design.kind}`, summary, design.confidence)}\n`);
      }
      if (args.figure !== undefined) await draw(resolvePath(context, args.figure), drawn, design.confidence);
      if (args.json) printJson(context, summaries);
    },
  };
}

async function draw(path: string, simulated: readonly SimulatedTruth[], confidence: number): Promise<void> {
  const spec = reliabilityFigure(simulated, confidence);
  if (spec === null)
    throw new UserError(
      `Nothing is drawn to ${path}: no experiment left it in doubt whether it is ever steered or ever collapses.`,
    );
  const { svg, png } = await drawerHere().draw({ name: "reliability", spec });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, path.endsWith(".png") ? png : svg);
}

function truthsOf(args: Arguments): SimulationJob["truth"][] {
  const { onset, collapse, width, truth } = args;
  if (onset === undefined && collapse === undefined)
    return SIMULATED_TRUTHS.filter((name) => truth?.includes(name) ?? true);
  if (onset === undefined || collapse === undefined || !(onset > 0 && collapse > 0 && width > 0)) {
    throw new UserError(
      "A stated truth needs --onset and --collapse, both strengths above 0, and a --width above 0.",
    );
  }
  return [{ onset, collapse, width }];
}

function showProgress({ stderr }: CliContext, name: string, done: number, of: number): void {
  if (!stderr.isTTY) return;
  stderr.write(done === of ? "\r\x1b[2K" : `\r${name}: ${done} of ${of}`);
}
