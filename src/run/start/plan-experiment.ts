import { join } from "node:path";
import { checkAgainstShapes } from "../../config/checks/check-shapes.js";
import type { Experiment } from "../../config/experiment.js";
import { generationHash } from "../../config/hashes.js";
import { type LoadedExperiment, loadExperiment } from "../../config/load-experiment.js";
import { checkPlanSize } from "../../plan/cost/check-size.js";
import { type Cost, type CostBasis, estimateCost } from "../../plan/cost/estimate-cost.js";
import { expectedWindowSamples } from "../../plan/cost/expected-samples.js";
import { readModelShapes } from "../../plan/cost/model-shape.js";
import { expectedRound } from "../../plan/design/expected-round.js";
import { extendPlan } from "../../plan/extend-plan.js";
import { makePlan } from "../../plan/make-plan.js";
import type { ModelShape, Plan } from "../../plan/plan.js";
import { highestOf } from "../../statistics/extremes.js";
import { isAdaptive } from "../adaptive/condition-keys.js";
import { duration } from "../progress/progress.js";
import { checkScorers } from "./check-scorers.js";
import { chooseExecution, type Machine } from "./choose-execution.js";

export interface PlannedExperiment {
  readonly loaded: LoadedExperiment;
  readonly shapes: ReadonlyMap<string, ModelShape>;
  readonly plan: Plan;
}

/** Loads a config and plans it: no model, no worker, no network. Throws UserError with every problem of the config. */
export async function planExperiment(
  config: string,
  options: { readonly root: string; readonly cwd: string; readonly set: readonly string[] },
): Promise<PlannedExperiment> {
  const loaded = await loadExperiment(config, options);
  const shapes = await readModelShapes(loaded.experiment.models, options.root);
  checkAgainstShapes(loaded, shapes);
  checkScorers(loaded);
  checkPlanSize(loaded, shapes);
  return { loaded, shapes, plan: makePlan(loaded.experiment, shapes, generationHash(loaded.experiment)) };
}

/** Where a run goes that is given no folder. */
export const defaultRunFolder = (root: string, { loaded, plan }: PlannedExperiment): string =>
  join(root, "results", `${loaded.experiment.name}-${plan.generation_hash}`);

/** The cost of a plan on a machine. */
export function costOn(
  { loaded, shapes, plan }: PlannedExperiment,
  machine: Machine,
): { cost: Cost; basis: CostBasis } {
  const { execution } = loaded.experiment;
  const { workers, threads, rows } = chooseExecution(execution, [...shapes.values()], machine);
  const device = deviceKind(execution.device, machine);
  const dtype = execution.dtype === "auto" ? (device === "cuda" ? "bfloat16" : "float32") : execution.dtype;
  const basis: CostBasis = { device, dtype, workers, threads, rows };
  return { cost: estimateCost(expectedPlan(loaded.experiment, plan), basis), basis };
}

/** The plan with what its rounds are expected to add, regardless of a limit on the run's samples. */
function expectedPlan(experiment: Experiment, plan: Plan): Plan {
  if (!isAdaptive(experiment)) return plan;
  const { precision } = experiment.design;
  return extendPlan(plan, experiment, expectedRound(experiment, plan, expectedWindowSamples(precision)));
}

function deviceKind(device: string, machine: Machine): CostBasis["device"] {
  if (device === "mps") return "mps";
  if (device === "cpu") return "cpu";
  return device.startsWith("cuda") || machine.gpus > 0 ? "cuda" : "cpu";
}

/** The plan as a table for people. */
export function planText({ plan, loaded }: PlannedExperiment, cost: Cost, basis: CostBasis): string {
  const count = (value: number) => Math.round(value).toLocaleString("en");
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  const header = ["model", "parameters", "cells", "samples", "tokens", "memory", "time"];
  const rows = cost.models.map((model) => [
    model.model,
    count(model.parameters),
    count(model.cells),
    count(model.samples),
    count(model.expected_tokens),
    gigabytes(model.memory_bytes),
    duration(model.seconds),
  ]);
  const total = [
    "total",
    "",
    count(cost.cells),
    count(cost.samples),
    count(cost.expected_tokens),
    gigabytes(cost.memory_bytes * basis.workers),
    duration(cost.seconds),
  ];
  const greedy =
    loaded.experiment.decoding.question.temperature === 0 ||
    loaded.experiment.decoding.task.temperature === 0;
  return [
    `${loaded.experiment.name} (generation ${plan.generation_hash})`,
    `${basis.workers} worker(s), ${basis.device}, ${basis.dtype}, ${basis.threads} thread(s), ${basis.rows} rows at a time`,
    "",
    alignColumns([header, ...rows, total]),
    "",
    `${count(cost.vectors)} vectors to fit, ${count(cost.blocks)} blocks, ${count(cost.measurements)} log-probabilities`,
    `at most ${count(cost.max_tokens)} tokens; scoring of code about ${duration(cost.sandbox_seconds)}, beside generation`,
    ...searchLines(loaded.experiment, plan),
    ...(greedy ? ["temperature 0 is greedy: one sample a cell, whatever the config asks for"] : []),
  ].join("\n");
}

/** Which numbers of the table are certain, and which are expected from the rounds. */
function searchLines(experiment: Experiment, plan: Plan): string[] {
  if (!isAdaptive(experiment)) return [];
  const { precision, window_samples, max_samples, max_minutes } = experiment.design;
  const windows = `a window of ${precision} octaves takes about ${expectedWindowSamples(precision)} samples by simulation, ${window_samples} at most`;
  const limits = [
    ...(max_samples === null ? [] : [`${max_samples} samples`]),
    ...(max_minutes === null ? [] : [`${max_minutes} minutes`]),
  ];
  return [
    `${plan.samples} samples are certain; the others are chosen in rounds: ${windows}`,
    ...(limits.length === 0 ? [] : [`the run stops at ${limits.join(" or ")}`]),
  ];
}

function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => highestOf(rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join("  ")).join("\n");
}
