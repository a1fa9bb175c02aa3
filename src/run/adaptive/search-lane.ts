import type { ActivationMethod } from "../../config/experiment.js";
import type { DesignSettings, RoundChoice } from "../../plan/design/design.js";
import type { LayerChoice } from "../../store/design-record.js";
import { chooseLayers } from "./choose-layers.js";
import {
  activationMethods,
  type ChosenLayer,
  conditionKeys,
  layersOf,
  screenedMethods,
  vectorsOfConditions,
} from "./condition-keys.js";
import type { ConditionSources } from "./design-conditions.js";
import type { ForecastStage } from "./forecast-stage.js";
import { type Lane, laneStep, type Turn } from "./lanes.js";
import type { ConditionKey } from "./observations.js";
import type { RoundRunner } from "./round-runner.js";
import { sampleWindows, type WindowRounds } from "./window-rounds.js";

export interface LaneSearch extends Pick<WindowRounds, "runner" | "conditions" | "windows" | "settings"> {
  readonly sources: () => ConditionSources;
  readonly forecast: ForecastStage;
  /** Design settings of the screening, which no limit on samples ends. */
  readonly screening: DesignSettings;
  readonly onLayers: (choices: readonly LayerChoice[]) => void;
  /** Called with the windows that a lane will sample; the function it returns is called with every choice of its rounds. */
  readonly onWindows: (keys: readonly ConditionKey[]) => (choice: RoundChoice) => void;
  /** Called when a lane has nothing more to start. */
  readonly onLaneDone: () => void;
}

const FORECAST_STEPS = { development: 0, reported: 1 } as const;

/**
 * The whole search of a lane: forecast and screening on the development questions, fixed strengths at the chosen layers,
 * forecast of the reported questions, then rounds.
 */
export async function* searchLane(lane: Lane, search: LaneSearch): AsyncGenerator<Turn, void> {
  const { runner, sources, windows, screening, onLayers, onWindows, conditions, settings } = search;
  const { experiment } = runner.options;
  const methods = activationMethods(experiment);
  const screened = screenedMethods(experiment);
  let chosen: readonly LayerChoice[] = [];
  if (screened.length > 0) {
    const candidates = conditionKeys(lane.models, screened, experiment.development, (_, { shape }) =>
      allLayers(shape.layers),
    );
    yield* forecastModels(lane, search, "development", candidates);
    chosen = yield* chooseLayers(runner, lane, screened, sources, windows, screening);
    onLayers(chosen);
  }
  yield* toldStrengths(lane, runner, methods, chosen);

  const searched = methods.filter(({ strengths }) => strengths.kind === "search");
  const keys = conditionKeys(lane.models, searched, experiment.questions, (method, model) =>
    layersOf(method, model, { methods, chosen }),
  );
  yield* forecastModels(lane, search, "reported", keys);
  const onChoice = onWindows(keys);
  yield* sampleWindows({ runner, lane, keys, conditions, windows, settings, onChoice });
  search.onLaneDone();
}

/** One model after the other: its blocks go to all free workers, none of which changes models in between. */
async function* forecastModels(
  lane: Lane,
  { forecast }: LaneSearch,
  questions: keyof typeof FORECAST_STEPS,
  keys: readonly ConditionKey[],
): AsyncGenerator<Turn, void> {
  const reported = questions === "reported";
  const want = { onset: true, collapse: true, kl: reported, accessibility: !reported };
  for (const model of lane.models) {
    const own = keys.filter((key) => key.model === model.name);
    yield { work: forecast.ask(model, laneStep(lane, FORECAST_STEPS[questions]), own, want) };
  }
}

/** Methods with fixed strengths whose layer was just chosen: all their cells in one round. */
async function* toldStrengths(
  lane: Lane,
  runner: RoundRunner,
  methods: readonly ActivationMethod[],
  chosen: readonly ChosenLayer[],
): AsyncGenerator<Turn, void> {
  const told = methods.filter(({ layers, strengths }) => layers === "auto" && strengths.kind === "grid");
  if (told.length === 0) return;
  const keys = conditionKeys(lane.models, told, runner.options.experiment.questions, (method, model) =>
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
  const work = runner.begin("told", laneStep(lane, 0), () => ({ vectors: [], cells }));
  if (work !== null) yield { work };
}

const allLayers = (layers: number): readonly number[] => Array.from({ length: layers }, (_, layer) => layer);
