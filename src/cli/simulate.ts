import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import type { CommandModule } from "yargs";
import { z } from "zod";
import { LIMITS } from "../config/limits.js";
import { drawerHere } from "../report/figures/drawing/drawer.js";
import { reliabilityFigure, type SimulatedTruth } from "../report/figures/reliability.js";
import { simulate } from "../simulate/simulate.js";
import { SIMULATED_TRUTHS, simulationDesign } from "../simulate/simulate-design.js";
import type { SimulationJob } from "../simulate/simulate-job.js";
import { simulationText } from "../simulate/simulate-text.js";
import { makeFolder } from "../util/make-folder.js";
import { UserError } from "../util/user-error.js";
import { checkedOptions, countOption, textOption } from "./boundary/options.js";
import { type Status, withStatus } from "./boundary/status.js";
import { type CliContext, printJson, resolvePath } from "./context.js";

const strength = z.number().min(LIMITS.strength.least).max(LIMITS.strength.most);
const octaves = z.number().min(LIMITS.octaves.least).max(LIMITS.octaves.most);

const optionsSchema = z.object({
  truth: z.array(z.enum(SIMULATED_TRUTHS)).min(1).optional(),
  onset: strength.optional(),
  collapse: strength.optional(),
  width: octaves,
  samples: countOption(1, LIMITS.windowSamples).optional(),
  experiments: countOption(1, LIMITS.simulatedExperiments).optional(),
  design: z.enum(["adaptive", "grid"]),
  precision: octaves,
  "window-samples": countOption(1, LIMITS.windowSamples),
  tasks: countOption(1, LIMITS.simulatedTasks),
  seed: countOption(0, LIMITS.seed),
  jobs: countOption(1, LIMITS.processes).optional(),
  figure: textOption.optional(),
  json: z.boolean(),
});
type Options = z.output<typeof optionsSchema>;

/** Experiments of one fully specified truth: enough to estimate its coverage to a percent or two. */
const STATED_EXPERIMENTS = 400;
const DRAWN_EXPERIMENTS = 2000;
/** Samples of a window's first round; with fewer, nothing is sampled. */
const leastSamples = (tasks: number): number => 12 + 2 * tasks;
/** No interval is this narrow, so all samples are taken. */
const NO_PRECISION = 1e-6;

/** `simulate`: the properties of a design on conditions whose windows are known. */
export function simulateCommand(context: CliContext): CommandModule {
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
        .option("onset", { requiresArg: true, describe: "one stated truth: strength of its onset" })
        .option("collapse", { requiresArg: true, describe: "one stated truth: strength of its collapse" })
        .option("width", {
          requiresArg: true,
          default: 0.6,
          describe: "its curves' width from .05 to .95, octaves",
        })
        .option("samples", {
          requiresArg: true,
          describe: "spend this many samples, however narrow the interval",
        })
        .option("experiments", {
          requiresArg: true,
          describe: `experiments for each truth (default: ${DRAWN_EXPERIMENTS}; ${STATED_EXPERIMENTS} for a stated one)`,
        })
        .option("design", {
          type: "string",
          choices: ["adaptive", "grid"],
          default: "adaptive",
          describe: "rounds, or passes over a uniform log grid",
        })
        .option("precision", {
          requiresArg: true,
          default: 0.4,
          describe: "stop at an interval this narrow, octaves",
        })
        .option("window-samples", {
          requiresArg: true,
          default: 1600,
          describe: "stop at this many samples",
        })
        .option("tasks", { requiresArg: true, default: 20, describe: "capability tasks" })
        .option("seed", { requiresArg: true, default: 1 })
        .option("jobs", { requiresArg: true, describe: "processes (default: the cores of this machine)" })
        .option("figure", {
          type: "string",
          describe: "draw stated probabilities of never against observed shares, as .svg or .png",
        })
        .option("json", {
          type: "boolean",
          default: false,
          describe: "print the summaries as JSON on stdout",
        })
        .example(
          "$0 simulate --truth model overdispersed",
          "coverage under the model and with tasks that differ",
        )
        .example(
          "$0 simulate --truth model --design grid --window-samples 40000",
          "the samples that a uniform grid would take",
        )
        .example(
          "$0 simulate --truth never-steered --figure reliability.svg",
          "whether stated probabilities of never are right",
        )
        .example(
          "$0 simulate --onset 0.5 --collapse 1.2 --width 0.6 --samples 800",
          "the width to expect from 800 samples",
        ),
    handler: async (args) => {
      const options = checkedOptions(optionsSchema, args);
      const truths = truthsOf(options);
      const figure = options.figure === undefined ? null : figurePath(context, options.figure);
      await withStatus(context.stderr, (status) => simulateAll(context, options, truths, figure, status));
    },
  };
}

async function simulateAll(
  context: CliContext,
  options: Options,
  truths: readonly SimulationJob["truth"][],
  figure: string | null,
  status: Status,
): Promise<void> {
  const windowSamples = options.samples ?? options["window-samples"];
  if (windowSamples < leastSamples(options.tasks)) {
    throw new UserError(
      `${windowSamples} samples are fewer than a window of ${options.tasks} tasks begins with; give at least ${leastSamples(options.tasks)}, or fewer --tasks`,
    );
  }
  const design = simulationDesign({
    kind: options.design,
    precision: options.samples === undefined ? options.precision : NO_PRECISION,
    windowSamples,
    tasks: options.tasks,
  });
  const summaries = [];
  const drawn: SimulatedTruth[] = [];
  for (const truth of truths) {
    const experiments =
      options.experiments ?? (typeof truth === "string" ? DRAWN_EXPERIMENTS : STATED_EXPERIMENTS);
    const name = typeof truth === "string" ? truth : "stated";
    const summary = await simulate(
      { truth, design, seed: options.seed },
      {
        experiments,
        jobs: options.jobs ?? availableParallelism(),
        progress: (done) => status.show(`${name}: ${done} of ${experiments} experiments`),
      },
    );
    summaries.push({ truth, design, ...summary });
    drawn.push({ truth: name, summary });
    status.say(simulationText(`${name}, ${design.kind}`, summary, design.confidence));
  }
  if (figure !== null) await draw(figure, drawn, design.confidence);
  if (options.json) printJson(context, summaries);
}

/** Where a figure goes; its folder is made before anything is simulated. */
function figurePath(context: CliContext, figure: string): string {
  if (!/\.(svg|png)$/.test(figure)) {
    throw new UserError(`--figure draws .svg or .png, not "${figure}"; name such a file.`);
  }
  const path = resolvePath(context, figure);
  makeFolder(dirname(path));
  return path;
}

async function draw(path: string, simulated: readonly SimulatedTruth[], confidence: number): Promise<void> {
  const spec = reliabilityFigure(simulated, confidence);
  if (spec === null)
    throw new UserError(
      `Nothing is drawn to ${path}: no experiment left it in doubt whether it is ever steered or ever collapses.`,
    );
  const drawing = await drawerHere().draw({ name: "reliability", spec });
  if (drawing.kind === "undrawn") throw new Error(`${path} could not be drawn: ${drawing.reason}`);
  const { svg, png } = drawing;
  await writeFile(path, path.endsWith(".png") ? png : svg);
}

function truthsOf({ onset, collapse, width, truth }: Options): SimulationJob["truth"][] {
  if (onset === undefined && collapse === undefined)
    return SIMULATED_TRUTHS.filter((name) => truth?.includes(name) ?? true);
  if (truth !== undefined) {
    throw new UserError(`--truth ${truth.join(" ")} stands beside a stated truth; give one or the other`);
  }
  if (onset === undefined || collapse === undefined) {
    const [given, missing] = onset === undefined ? ["collapse", "onset"] : ["onset", "collapse"];
    throw new UserError(`--${given} states half a truth; give --${missing} too`);
  }
  return [{ onset, collapse, width }];
}
