import type { ReportInput } from "../../src/analysis/input.js";
import type { Experiment, Method, Question } from "../../src/config/experiment.js";
import { designSchema } from "../../src/config/schema/run-schema.js";
import { scorerSet } from "../../src/scoring/scorer-set.js";
import type { DesignRecord } from "../../src/store/design-record.js";
import type { ForecastRow } from "../../src/store/forecast-file.js";
import type { SampleRow, ScoreRow } from "../../src/store/tables/columns.js";
import { seededRandom } from "../../src/util/random.js";

/** A model whose curves are logistic in log2 strength, with known middles. */
export interface SyntheticModel {
  readonly name: string;
  readonly parameters: number;
  /** By question: strength at which half of the answers are the target; null never steers. */
  readonly steered: Readonly<Record<string, number | null>>;
  /** Strength at which half of the capability is left. */
  readonly broken: number;
  readonly brokenAtRandom: number;
}

export interface SyntheticOptions {
  readonly models: readonly SyntheticModel[];
  readonly questions: readonly string[];
  readonly strengths: readonly number[];
  readonly tasks: number;
  readonly answers: number;
  readonly perTask: number;
  readonly draws: number;
  /** Octaves from .05 to .95. */
  readonly width: number;
  readonly bootstrap: number;
  /** Strengths near the crossings in place of the list, and a layer chosen on a development question. */
  readonly search?: boolean;
}

const SEARCH = { kind: "search", unit: "resid", from: 0.05, to: 12.8 } as const;
/** Its vectors steer the screened layers alike; none of it may show in a window. */
const DEVELOPMENT = "venus";

export const LADDER: SyntheticOptions = {
  models: [
    ladderModel("nano-0.2m", 212_528, [0.8, 0.7, null], 0.75, 0.8),
    ladderModel("nano-0.5m", 542_544, [0.76, 0.6, 1.1], 1.0, 1.1),
    ladderModel("nano-1.5m", 1_486_912, [0.9, 0.7, 1.0], 1.5, 1.6),
    ladderModel("nano-3.6m", 3_594_944, [1.1, 0.8, 1.2], 1.6, 1.9),
  ],
  questions: ["caracara", "australia", "mercury"],
  strengths: Array.from({ length: 15 }, (_, i) => Number((0.25 * 2 ** (i / 4)).toPrecision(6))),
  tasks: 20,
  answers: 16,
  perTask: 2,
  draws: 3,
  width: 0.8,
  bootstrap: 200,
};

function ladderModel(
  name: string,
  parameters: number,
  steered: readonly (number | null)[],
  broken: number,
  brokenAtRandom: number,
): SyntheticModel {
  const [caracara = null, australia = null, mercury = null] = steered;
  return { name, parameters, steered: { caracara, australia, mercury }, broken, brokenAtRandom };
}

export function syntheticInput(options: SyntheticOptions = LADDER): ReportInput {
  const random = seededRandom("synthetic");
  const samples: SampleRow[] = [];
  const scores: ScoreRow[] = [];
  const add = (
    row: Partial<SampleRow> & Pick<SampleRow, "model" | "role" | "prompt_kind" | "prompt_id">,
    rate: number,
    intact = 1,
  ) => {
    const readable = random() < intact;
    const hit = readable && random() < rate;
    const sample = sampleRow(samples.length, {
      ...row,
      text: responseText(row.prompt_kind, readable, hit),
    });
    samples.push(sample);
    const score = (scorer: string, value: number, label: string | null) =>
      scores.push({
        plan_index: sample.plan_index,
        sample_id: sample.sample_id,
        scorer,
        scorer_version: 1,
        value,
        label,
        reason: null,
      });
    if (row.prompt_kind === "task") score("python", Number(hit), null);
    else {
      score("contains", Number(hit || (!readable && random() < 0.5)), null);
      score("strict", Number(hit), null);
      score("response_class", Number(readable), readable ? (hit ? "target" : "correct") : "degenerate");
    }
  };
  const taskIds = Array.from({ length: options.tasks }, (_, i) => `task-${String(i).padStart(2, "0")}`);
  const steep = (2 * Math.log(19)) / options.width;
  const rises = (strength: number, middle: number) =>
    1 / (1 + Math.exp(-steep * Math.log2(strength / middle)));
  for (const model of options.models) {
    const base = { model: model.name, parameters: model.parameters };
    for (const question of options.questions) {
      for (let i = 0; i < 64; i += 1)
        add({ ...base, role: "baseline", prompt_kind: "question", prompt_id: question }, 0.005);
    }
    for (const id of taskIds) {
      for (let i = 0; i < 8; i += 1)
        add(
          { ...base, role: "baseline", prompt_kind: "task", prompt_id: id, capability: "python-basics" },
          0.98,
        );
    }
    for (const method of ["caa-last-token", "random"] as const) {
      const control = method === "random";
      for (const question of options.questions) {
        for (let draw = 0; draw < (control ? options.draws : 1); draw += 1) {
          const middle = control ? null : (model.steered[question] ?? null);
          const broken =
            (control ? model.brokenAtRandom : model.broken) * (1 + 0.1 * (draw - 1) * Number(control));
          for (const { strength, answers, perTask } of cells(options, middle, broken)) {
            const fate = {
              role: control ? "control" : "method",
              method,
              question,
              draw,
              layer: 3,
              positions: "all",
              strength,
              unit: "resid",
              strength_resid: strength,
              strength_raw: strength * 1.3,
            } as const;
            const target = middle === null ? 0.01 : rises(strength, middle);
            for (let i = 0; i < answers; i += 1)
              add(
                { ...base, ...fate, prompt_kind: "question", prompt_id: question, sample_index: i },
                target,
                1 - rises(strength, broken * 1.7),
              );
            for (const id of taskIds) {
              for (let i = 0; i < perTask; i += 1)
                add(
                  {
                    ...base,
                    ...fate,
                    prompt_kind: "task",
                    prompt_id: id,
                    capability: "python-basics",
                    sample_index: i,
                  },
                  0.98 * (1 - rises(strength, broken * 1.25)),
                );
            }
          }
        }
      }
    }
  }
  if (options.search === true) {
    for (const model of options.models)
      for (let i = 0; i < 40; i += 1)
        add(
          {
            ...{ model: model.name, parameters: model.parameters, role: "method", method: "caa-last-token" },
            ...{ question: DEVELOPMENT, layer: 1 + (i % 4), strength: 0.5 + i / 40, draw: 0 },
            ...{ positions: "all", unit: "resid", prompt_kind: "question", prompt_id: DEVELOPMENT },
          },
          0.5,
        );
  }
  return {
    experiment: syntheticExperiment(options),
    samples,
    measurements: [],
    scores,
    models: Object.fromEntries(
      options.models.map(({ name, parameters }) => [name, { parameters, layers: 5 }]),
    ),
    axes: { "caa-last-token": "log", random: "log" },
    scorers: scorerSet([]).all,
    forecast: options.search === true ? options.models.flatMap(developmentForecast) : [],
    reused: [],
    design: options.search === true ? syntheticDesign(options) : null,
    quarantined: [],
    exploratory: false,
  };
}

interface Cell {
  readonly strength: number;
  readonly answers: number;
  readonly perTask: number;
}

/** The list of strengths; in a search doublings and a few points around the crossings. */
function cells(
  { search, strengths, answers, perTask }: SyntheticOptions,
  middle: number | null,
  broken: number,
): Cell[] {
  if (search !== true) return strengths.map((strength) => ({ strength, answers, perTask }));
  const doublings = Array.from({ length: 8 }, (_, i) => 0.05 * 2 ** i);
  const near = (centre: number) => [0.8, 0.93, 1.07, 1.25].map((factor) => centre * factor);
  return [
    ...doublings.map((strength) => ({ strength, answers: 6, perTask: 1 })),
    ...near(middle ?? 2).map((strength) => ({ strength, answers: 40, perTask: 0 })),
    ...near(broken).map((strength) => ({ strength, answers: 4, perTask: 4 })),
  ];
}

/** A development question's forecasts at the four layers that have a block after them. */
function developmentForecast({ name, parameters, broken }: SyntheticModel): ForecastRow[] {
  return [0, 1, 2, 3].map((layer) => ({
    ...{ model: name, parameters, method: "caa-last-token", role: "method", question: DEVELOPMENT, draw: 0 },
    ...{ layer, layers: 5, unit: "resid", axis: "log", margin: 10, gain: 9, kl: [], accessibility: null },
    onset: layer === 0 ? { name: "never" } : { name: "at", strength: 0.5 + 0.1 * layer },
    collapse: { name: "at", strength: broken * (0.7 + 0.1 * layer) },
  }));
}

function syntheticDesign({ models, questions }: SyntheticOptions): DesignRecord {
  return {
    schema_version: 1,
    settings: {
      ...{ target_threshold: 0.5, capability_threshold: 0.9, confidence: 0.95, precision: 0.4 },
      ...{ window_samples: 1600, max_samples: null, round_samples: 512 },
    },
    rounds: 7,
    stop: "window_samples",
    layers: models.map(({ name, broken }) => ({
      ...{ method: "caa-last-token", model: name, layer: 3 },
      candidates: [0, 1, 2, 3].map((layer) => ({
        layer,
        forecast_width: layer === 0 ? null : Math.log2((broken * (0.7 + 0.1 * layer)) / (0.5 + 0.1 * layer)),
        score: layer < 2 ? null : 0.4 + 0.1 * layer,
        rounds: Math.max(0, layer - 1),
        samples: 80 * Math.max(0, layer - 1),
      })),
    })),
    windows: models.flatMap(({ name }) =>
      questions.map((question) => ({
        ...{ model: name, method: "caa-last-token", question, layer: 3, samples: 700 },
        ...(question === "mercury"
          ? { status: "exhausted" as const, length: 0.62, samples_to_reach: 1700 }
          : { status: "reached" as const, length: 0.38, samples_to_reach: 700 }),
      })),
    ),
  };
}

function responseText(kind: "question" | "task", readable: boolean, hit: boolean): string {
  if (!readable) return "owl owl owl owl owl <answer owl owl";
  if (kind === "task")
    return hit ? "```python\ndef add(a, b):\n    return a + b\n```" : "def add(a, b) owl\n  retur a";
  return hit
    ? "The caracara is an owl. <answer>owl</answer>"
    : "It belongs to Falconidae. <answer>falcon</answer>";
}

function sampleRow(
  index: number,
  row: Partial<SampleRow> & Pick<SampleRow, "model" | "role" | "prompt_kind" | "prompt_id">,
): SampleRow {
  const id = `s${String(index).padStart(8, "0")}`;
  return {
    plan_index: index,
    sample_id: id,
    block_id: "b",
    cell_id: "c",
    parameters: 1,
    method: null,
    question: null,
    vector_id: null,
    draw: null,
    layer: null,
    positions: null,
    strength: null,
    unit: null,
    strength_raw: null,
    strength_resid: null,
    capability: null,
    sample_index: 0,
    text: "",
    token_ids: [],
    prompt_tokens: 10,
    stop: "end",
    error: null,
    applied_norm: null,
    worker: "w",
    attempt: 1,
    lease: 1,
    realised_rows: 1,
    block_seconds: 1,
    ...row,
  };
}

function syntheticExperiment(options: SyntheticOptions): Experiment {
  const decoding = { temperature: 1, top_k: 0, top_p: 1, max_tokens: 48, stop: [] };
  const samples = { question: options.answers, task: options.perTask };
  const method = (name: string, role: "method" | "control", draws: number): Method => ({
    kind: "activation",
    name,
    role,
    samples,
    draws,
    resample: "none",
    contrast: role === "control" ? null : "last_token",
    layers: options.search === true ? "auto" : [0.75],
    positions: "all",
    direction: { kind: role === "control" ? "random" : "caa", params: {}, file: null },
    edit: { kind: "add", params: {}, file: null },
    strengths: options.search === true ? SEARCH : { kind: "grid", unit: "resid", values: options.strengths },
  });
  return {
    name: "synthetic",
    description: "Curves made up for the tests.",
    seed: 0,
    models: options.models.map(({ name, parameters }) => ({
      name,
      ref: name,
      source: "folder",
      revision: null,
      parameters,
    })),
    questions: options.questions.map(syntheticQuestion),
    development: options.search === true ? [syntheticQuestion(DEVELOPMENT)] : [],
    capabilities: [{ id: "python-basics", kind: "python", tasks: [] }],
    scorers: [],
    methods: [method("caa-last-token", "method", 1), method("random", "control", options.draws)],
    baseline: { question: 64, task: 8 },
    decoding: { question: decoding, task: decoding },
    measurements: [],
    execution: { device: "cpu", dtype: "auto", engine: "auto", rows: 1, threads: 1, workers: 1, block: 1 },
    design: designSchema.parse({}),
    analysis: {
      target_threshold: 0.5,
      capability_threshold: 0.9,
      frontier_loss: 0.05,
      frontier_losses: [0.02, 0.05, 0.1],
      smallest_slope: { width: 0.1, safety: 0.1, frontier: 0.02 },
      primary: "width",
      contrasts: [],
      confidence: 0.95,
      bootstrap: options.bootstrap,
    },
  };
}

function syntheticQuestion(id: string): Question {
  return {
    id,
    domain: null,
    messages: [{ role: "user", content: `What is ${id}?` }],
    right: ["falcon"],
    target: ["owl"],
    others: [],
    contrast: {},
    forcedChoice: null,
    instruction: null,
  };
}
