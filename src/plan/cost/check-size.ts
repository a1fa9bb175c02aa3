import type { ActivationMethod, Experiment, SampleCounts } from "../../config/experiment.js";
import { LIMITS } from "../../config/limits.js";
import type { LoadedExperiment } from "../../config/load-experiment.js";
import { problemOf } from "../../config/origins.js";
import { type Problem, throwProblems } from "../../config/problem.js";
import { EXPECTED_STRENGTHS } from "../design/expected-round.js";
import type { ModelShape } from "../plan.js";

/** What one part of an experiment adds to its plan: a product of numbers each of which may be sound. */
interface Addition {
  /** A method, or the unsteered cells, as `Origins` and the config name them. */
  readonly part: string;
  readonly key: string;
  readonly vectors: number;
  readonly cells: number;
  readonly samples: number;
  readonly tokens: number;
  /** What was multiplied, for people. */
  readonly factors: string;
}

const BOUNDS = [
  ["vectors", LIMITS.planVectors],
  ["cells", LIMITS.planCells],
  ["samples", LIMITS.planSamples],
  ["tokens", LIMITS.planTokens],
] as const;

/** Throws a UserError if a plan would be too large to make and carry out; its size is computed before any of it is listed. */
export function checkPlanSize(loaded: LoadedExperiment, shapes: ReadonlyMap<string, ModelShape>): void {
  const { experiment, origins } = loaded;
  const additions = [baselineSize(experiment), ...methodSizes(experiment, shapes)];
  const problems: Problem[] = [];
  const refuse = ({ part, key, factors }: Addition, received: string, most: string) => {
    const fault = { what: `makes the plan too large (${factors})`, received, expected: `at most ${most}` };
    problems.push(problemOf(origins, part, fault, key === "" ? [] : [key]));
  };
  for (const [what, most] of BOUNDS) {
    const total = additions.reduce((sum, addition) => sum + addition[what], 0);
    if (total <= most) continue;
    const [largest] = additions.toSorted((a, b) => b[what] - a[what]);
    if (largest !== undefined) refuse(largest, `${count(total)} ${what} in all`, `${count(most)} ${what}`);
  }
  const samples = additions.reduce((sum, addition) => sum + addition.samples, 0);
  const blocks = samples / experiment.execution.block;
  if (problems.length === 0 && blocks > LIMITS.planBlocks) {
    const factors = `${count(samples)} samples in blocks of ${experiment.execution.block}`;
    const addition = { ...baselineSize(experiment), part: "", key: "execution", factors };
    refuse(
      addition,
      `${count(blocks)} blocks`,
      `${count(LIMITS.planBlocks)} blocks; a larger execution.block`,
    );
  }
  throwProblems(problems);
}

function baselineSize(experiment: Experiment): Addition {
  const { models, questions, development, baseline } = experiment;
  const asked = questions.length + development.length;
  const tasks = taskCount(experiment);
  const each = samplesOf(experiment, baseline, asked, tasks);
  return {
    part: "",
    key: "baseline",
    vectors: 0,
    cells: models.length * (asked + tasks),
    samples: models.length * each.samples,
    tokens: models.length * each.tokens,
    factors: `${models.length} models x (${asked} questions x ${baseline.question} + ${tasks} tasks x ${baseline.task} samples)`,
  };
}

function methodSizes(experiment: Experiment, shapes: ReadonlyMap<string, ModelShape>): readonly Addition[] {
  const { models, questions, methods, design } = experiment;
  const tasks = taskCount(experiment);
  return methods.map((method, index): Addition => {
    const part = `methods.${index}`;
    const rungs = `${models.length} models x ${questions.length} questions`;
    const cell = samplesOf(experiment, method.samples, 1, tasks);
    if (method.kind === "prompt") {
      const conditions = models.length * questions.length;
      const factors = `${rungs} x (${method.samples.question} + ${tasks} tasks x ${method.samples.task} samples)`;
      return {
        part,
        key: "",
        vectors: 0,
        cells: conditions * (1 + tasks),
        ...times(cell, conditions),
        factors,
      };
    }
    const layers = method.layers === "auto" ? 1 : method.layers.length;
    const windows = models.length * questions.length * layers;
    const vectors = windows * method.draws + screenedVectors(experiment, method, shapes);
    if (method.strengths.kind === "search") {
      const most = Math.max(experiment.decoding.question.max_tokens, experiment.decoding.task.max_tokens);
      const samples = Math.min(
        windows * design.window_samples,
        design.max_samples ?? Number.POSITIVE_INFINITY,
      );
      const cells = windows * EXPECTED_STRENGTHS * (1 + tasks);
      const factors = `${rungs} x ${layers} layers x ${method.draws} draws, ${design.window_samples} samples a window`;
      return { part, key: "", vectors, cells, samples, tokens: samples * most, factors };
    }
    const strengths = method.strengths.values.length;
    const conditions = windows * method.draws * strengths;
    const factors = `${rungs} x ${layers} layers x ${method.draws} draws x ${strengths} strengths x (${method.samples.question} + ${tasks} tasks x ${method.samples.task} samples)`;
    return { part, key: "", vectors, cells: conditions * (1 + tasks), ...times(cell, conditions), factors };
  });
}

/** Vectors by which a layer is chosen: every block of a model, for every development question. */
function screenedVectors(
  { models, development }: Experiment,
  { layers, role, draws }: ActivationMethod,
  shapes: ReadonlyMap<string, ModelShape>,
): number {
  if (layers !== "auto" || role !== "method") return 0;
  const blocks = models.reduce((sum, { name }) => sum + (shapes.get(name)?.layers ?? 0), 0);
  return blocks * development.length * draws;
}

function samplesOf({ decoding }: Experiment, counts: SampleCounts, questions: number, tasks: number) {
  // Greedy decoding gives the same response every time.
  const of = (kind: "question" | "task") => (decoding[kind].temperature === 0 ? 1 : counts[kind]);
  const [answers, programs] = [questions * of("question"), tasks * of("task")];
  return {
    samples: answers + programs,
    tokens: answers * decoding.question.max_tokens + programs * decoding.task.max_tokens,
  };
}

function times({ samples, tokens }: { readonly samples: number; readonly tokens: number }, by: number) {
  return { samples: samples * by, tokens: tokens * by };
}

const taskCount = ({ capabilities }: Experiment): number =>
  capabilities.reduce((sum, { tasks }) => sum + tasks.length, 0);

const count = (value: number): string => Math.round(value).toLocaleString("en");
