import type { ActivationMethod, Experiment } from "../../config/experiment.js";
import { chooseRound } from "../../plan/design/choose-round.js";
import type { DesignCondition, DesignSettings } from "../../plan/design/design.js";
import {
  betterHalf,
  type ScoredLayer,
  shortlistLayers,
  stageSamples,
} from "../../plan/design/screen-layers.js";
import type { PlannedModel } from "../../plan/plan.js";
import { forecastWidth, rankLayers } from "../../statistics/forecast/rank-layers.js";
import { meanOrNull } from "../../statistics/moments.js";
import type { LayerChoice } from "../../store/design-record.js";
import type { ForecastRow } from "../../store/forecast-file.js";
import { type ConditionSources, designCondition } from "./design-conditions.js";
import type { DrawnWindow } from "./draw-window.js";
import type { DrawnWindows } from "./drawn-windows.js";
import { type Lane, laneStep, type Turn } from "./lanes.js";
import type { ConditionKey } from "./observations.js";
import type { RoundRunner } from "./round-runner.js";
import { roundCells } from "./window-rounds.js";

type Candidate = LayerChoice["candidates"][number];

interface Screened {
  readonly model: PlannedModel;
  readonly method: ActivationMethod;
  readonly candidates: Map<number, Candidate>;
  surviving: readonly number[];
}

/**
 * Chooses one layer for each of a lane's models and each method by successive halving on the development questions: a
 * shortlist by forecast, then samples, twice as many in each stage, after which the half with the better frontier stays.
 * The reported questions are not used, so that their windows are free of selection bias.
 */
export async function* chooseLayers(
  runner: RoundRunner,
  lane: Lane,
  methods: readonly ActivationMethod[],
  sources: () => ConditionSources,
  windows: DrawnWindows,
  settings: DesignSettings,
): AsyncGenerator<Turn, readonly LayerChoice[]> {
  const { forecast: known, experiment } = sources();
  const development = new Set(experiment.development.map(({ id }) => id));
  // A run that is replayed already has the forecast of the reported questions.
  const forecast = known.filter(({ question }) => development.has(question));
  const screened = lane.models.flatMap((model) =>
    methods.map((method) => startScreening(model, method, forecast)),
  );
  for (let stage = 0; screened.some(({ surviving }) => surviving.length > 1); stage++) {
    const open = screened.filter(({ surviving }) => surviving.length > 1);
    const stageSettings = { ...settings, window_samples: stageSamples(stage) };
    const conditions = (of: readonly Screened[] = open) => {
      const now = sources();
      return of.flatMap((entry) => conditionsOf(entry, now));
    };
    const choose = () =>
      roundCells(
        chooseRound(conditions(), stageSettings, (condition) => windows.of(condition)),
        open.flatMap((entry) => keysOf(entry, sources())),
      );
    const ofModel = async (name: string) => {
      const own = conditions(open.filter(({ model }) => model.name === name));
      await windows.prepare(own, stageSettings);
      await windows.draw(own, stageSettings);
    };
    for (;;) {
      await windows.prepare(conditions(), stageSettings);
      const work = runner.begin("screening", laneStep(lane, stage), choose, ofModel);
      if (work === null) break;
      yield { work };
    }
    await windows.draw(conditions(), stageSettings);
    const now = sources();
    for (const entry of open) halve(entry, now, windows, stage);
  }
  return screened.map(({ model, method, candidates, surviving }) => ({
    method: method.name,
    model: model.name,
    layer: surviving[0] ?? 0,
    candidates: [...candidates.values()],
  }));
}

function startScreening(
  model: PlannedModel,
  method: ActivationMethod,
  forecast: readonly ForecastRow[],
): Screened {
  const rows = forecast.filter((row) => row.model === model.name && row.method === method.name);
  const candidates = new Map(
    Array.from({ length: model.shape.layers }, (_, layer): [number, Candidate] => {
      const forecast_width = meanWidth(rows.filter((row) => row.layer === layer));
      return [layer, { layer, forecast_width, score: null, rounds: 0, samples: 0 }];
    }),
  );
  return { model, method, candidates, surviving: shortlistLayers(rankLayers(rows)) };
}

/** Octaves, mean over the questions; null unless each has a number. */
function meanWidth(rows: readonly ForecastRow[]): number | null {
  const asked = rows.filter(({ onset, collapse }) => ![onset.name, collapse.name].includes("not_asked"));
  const widths = asked.map((row) => forecastWidth(row) ?? Number.NEGATIVE_INFINITY);
  const mean = widths.reduce((sum, width) => sum + width, 0) / widths.length;
  return Number.isFinite(mean) ? mean : null;
}

function keysOf({ model, method, surviving }: Screened, { experiment }: ConditionSources): ConditionKey[] {
  return surviving.flatMap((layer) =>
    experiment.development.map(({ id }) => ({ model: model.name, method: method.name, layer, question: id })),
  );
}

function conditionsOf(entry: Screened, sources: ConditionSources) {
  return keysOf(entry, sources).map((key) => designCondition(key, entry.method, sources));
}

/** Scores the surviving layers by all of their samples so far, and keeps the better half. */
function halve(entry: Screened, sources: ConditionSources, windows: DrawnWindows, stage: number): void {
  const scored = entry.surviving.map((layer): ScoredLayer => {
    const conditions = conditionsOf({ ...entry, surviving: [layer] }, sources);
    const rates = conditions.map((condition) => frontierRate(windows.of(condition), sources.experiment));
    const score = meanOrNull(rates.filter((rate) => rate !== null)) ?? Number.NEGATIVE_INFINITY;
    const before = entry.candidates.get(layer);
    if (before !== undefined) {
      const samples = conditions.reduce((sum, condition) => sum + sampledOf(condition), 0);
      entry.candidates.set(layer, {
        ...before,
        score: Number.isFinite(score) ? score : null,
        rounds: stage + 1,
        samples,
      });
    }
    return { layer, score };
  });
  entry.surviving = betterHalf(scored);
}

function frontierRate(drawn: DrawnWindow | null, { analysis }: Experiment): number | null {
  return drawn?.frontier.find((point) => point.loss === analysis.frontier_loss)?.rate ?? null;
}

function sampledOf({ outcomes: { strict, capability } }: DesignCondition): number {
  const count = (points: typeof strict.points) =>
    points.reduce((sum, clusters) => sum + clusters.reduce((n, { values }) => n + values.length, 0), 0);
  return count(strict.points) + count(capability.points);
}
