import type { ActivationMethod } from "../../config/experiment.js";
import type { RoundChoice } from "../../plan/design/design.js";
import type { CurveOutcomes } from "../../statistics/curve.js";
import type { WindowJob } from "../../statistics/estimate-window.js";
import { type DesignRecord, readDesignRecord, writeDesignRecord } from "../../store/design-record.js";
import { readForecast } from "../../store/forecast-file.js";
import { chooseLayers } from "./choose-layers.js";
import { closedWindows } from "./closed-windows.js";
import {
  activationMethods,
  type ChosenLayer,
  conditionKeys,
  layersOf,
  screenedMethods,
  vectorsOfConditions,
} from "./condition-keys.js";
import { type ConditionSources, designCondition } from "./design-conditions.js";
import { designSettings, frozenSettings } from "./design-settings.js";
import type { DrawnWindows } from "./drawn-windows.js";
import type { ForecastStage } from "./forecast-stage.js";
import { conditionId } from "./observations.js";
import type { RoundRunner } from "./round-runner.js";
import { sampleWindows } from "./window-rounds.js";

export interface AdaptiveOptions {
  readonly runner: RoundRunner;
  /** By method: how its strengths are laid out. */
  readonly axes: Readonly<Record<string, "log" | "linear" | "none">>;
  /** For a limit in minutes; asked where there is one. */
  readonly samplesPerSecond: () => number;
  readonly forecast: ForecastStage;
  readonly windows: DrawnWindows;
  /** Begins what the report will need of a window that nothing more is sampled of. */
  readonly estimate: (job: WindowJob) => void;
  readonly say: (text: string) => void;
}

/**
 * Finds layers and strengths while it runs: forecast and screening on the development questions, forecast of the
 * reported ones, then rounds. Every choice is a function of what was committed before.
 */
export async function adaptiveRun(options: AdaptiveOptions): Promise<void> {
  const { runner, axes, samplesPerSecond, forecast, windows, estimate, say } = options;
  const { experiment, folder } = runner.options;
  await runner.carryOut();
  const settings = readDesignRecord(folder.design)?.settings ?? frozenSettings(experiment, samplesPerSecond);
  let record: DesignRecord = { schema_version: 1, settings, rounds: 0, stop: null, layers: [], windows: [] };
  writeDesignRecord(folder.design, record);
  const design = designSettings(settings, experiment.seed);
  const methods = activationMethods(experiment);
  const { models } = runner.plan;
  const sources = (): ConditionSources => ({
    experiment,
    observations: runner.observations,
    forecast: readForecast(folder.forecast),
    axisOf: (method) => sampledAxis(axes[method]),
  });

  const screened = screenedMethods(experiment);
  if (screened.length > 0) {
    say(
      `choosing layers of ${screened.map(({ name }) => name).join(", ")} on ${experiment.development.length} development questions`,
    );
    const { development } = experiment;
    const candidates = conditionKeys(models, screened, development, (_, { shape }) =>
      allLayers(shape.layers),
    );
    await forecast(0, candidates, { onset: true, collapse: true, kl: false, accessibility: true });
    record = { ...record, layers: [...(await chooseLayers(runner, screened, sources, windows, design))] };
    for (const { method, model, layer } of record.layers) say(`${model}, ${method}: layer ${layer}`);
  }
  await runToldStrengths(runner, methods, record.layers);

  const searched = methods.filter(({ strengths }) => strengths.kind === "search");
  const keys = conditionKeys(models, searched, experiment.questions, (method, model) =>
    layersOf(method, model, { methods, chosen: record.layers }),
  );
  await forecast(1, keys, { onset: true, collapse: true, kl: true, accessibility: false });
  const byName = new Map(searched.map((method) => [method.name, method]));
  const conditions = () => {
    const now = sources();
    return keys.map((key) => designCondition(key, byName.get(key.method) as ActivationMethod, now));
  };
  const closed = closedWindows(keys, sources, estimate);
  const { states, stop } = await sampleWindows({
    ...{ runner, keys, conditions, windows },
    settings: { ...design, max_samples: settings.max_samples },
    onChoice: (choice) => {
      say(describeRound(runner.rounds, choice, keys.length));
      closed(choice);
    },
  });
  const stateOf = new Map(states.map((state) => [state.condition, state]));
  writeDesignRecord(folder.design, {
    ...record,
    rounds: runner.rounds,
    stop,
    windows: keys.flatMap((key) => {
      const state = stateOf.get(conditionId(key));
      if (state === undefined) return [];
      const { status, samples, length, samples_to_reach } = state;
      return [{ ...key, status, samples, length, samples_to_reach }];
    }),
  });
}

const sampledAxis = (axis: "log" | "linear" | "none" | undefined): CurveOutcomes["axis"] =>
  axis === "linear" ? "linear" : "log";

const allLayers = (layers: number): readonly number[] => Array.from({ length: layers }, (_, layer) => layer);

/** Methods with told strengths whose layer was just chosen: all their cells in one round. */
async function runToldStrengths(
  runner: RoundRunner,
  methods: readonly ActivationMethod[],
  chosen: readonly ChosenLayer[],
): Promise<void> {
  const { experiment } = runner.options;
  const told = methods.filter(({ layers, strengths }) => layers === "auto" && strengths.kind === "grid");
  if (told.length === 0) return;
  const keys = conditionKeys(runner.plan.models, told, experiment.questions, (method, model) =>
    layersOf(method, model, { methods, chosen }),
  );
  const cells = vectorsOfConditions(keys, told).flatMap((vector) => {
    const method = told.find(({ name }) => name === vector.method);
    if (method?.strengths.kind !== "grid") return [];
    const { question: question_samples, task: task_samples } = method.samples;
    return method.strengths.values.map((strength) => ({
      ...vector,
      strength,
      question_samples,
      task_samples,
    }));
  });
  await runner.round("told", 0, () => ({ vectors: [], cells }));
}

function describeRound(index: number, { requests, states }: RoundChoice, windows: number): string {
  const count = (status: string) => states.filter((state) => state.status === status).length;
  return `round ${index}: ${requests.length} points to sample; of ${windows} windows ${count("reached")} are narrow enough, ${count("exhausted")} given up`;
}
