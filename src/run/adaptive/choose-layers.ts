import type { ActivationMethod } from "../../config/experiment.js";
import { chooseRound } from "../../plan/design/choose-round.js";
import type { DesignSettings } from "../../plan/design/design.js";
import {
  betterHalf,
  type ScoredLayer,
  shortlistLayers,
  stageSamples,
} from "../../plan/design/screen-layers.js";
import type { PlannedModel } from "../../plan/plan.js";
import { forecastWidth, rankLayers } from "../../statistics/forecast/rank-layers.js";
import { windowPosterior } from "../../statistics/posterior/window-posterior.js";
import type { LayerChoice } from "../../store/design-record.js";
import type { ForecastRow } from "../../store/forecast-file.js";
import { type ConditionSources, designCondition } from "./design-conditions.js";
import { type ConditionKey, conditionId } from "./observations.js";
import { posteriorOptions } from "./posterior-options.js";
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
 * One layer for each model and method, by successive halving on the development questions: a shortlist by forecast, then
 * samples, twice as many a stage, and the better half by the frontier's rate stays. The reported questions are not
 * looked at, so that their windows are not the winner's luck.
 */
export async function chooseLayers(
  runner: RoundRunner,
  methods: readonly ActivationMethod[],
  sources: () => ConditionSources,
  settings: DesignSettings,
): Promise<readonly LayerChoice[]> {
  const { forecast } = sources();
  const screened = runner.plan.models.flatMap((model) =>
    methods.map((method) => startScreening(model, method, forecast)),
  );
  for (let stage = 0; screened.some(({ surviving }) => surviving.length > 1); stage++) {
    const open = screened.filter(({ surviving }) => surviving.length > 1);
    const stageSettings = { ...settings, window_samples: stageSamples(stage) };
    const choose = () => {
      const conditions = open.flatMap((entry) => conditionsOf(entry, sources()));
      return roundCells(
        chooseRound(conditions, stageSettings),
        open.flatMap((entry) => keysOf(entry, sources())),
      );
    };
    while (await runner.round("screening", stage, choose));
    for (const entry of open) halve(entry, sources(), stage);
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

/** Octaves, mean over questions; null unless each has a number. */
function meanWidth(rows: readonly ForecastRow[]): number | null {
  const widths = rows.map((row) => forecastWidth(row) ?? Number.NEGATIVE_INFINITY);
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

/** Scores the surviving layers by everything sampled of them so far, and keeps the better half. */
function halve(entry: Screened, sources: ConditionSources, stage: number): void {
  const scored = entry.surviving.map((layer): ScoredLayer => {
    const keys = keysOf({ ...entry, surviving: [layer] }, sources);
    const rates = keys.map((key) => frontierRate(key, entry.method, sources));
    const known = rates.filter((rate) => rate !== null);
    const score =
      known.length === 0 ? Number.NEGATIVE_INFINITY : known.reduce((a, b) => a + b, 0) / known.length;
    const before = entry.candidates.get(layer);
    if (before !== undefined) {
      const samples = keys.reduce((sum, key) => sum + sampledOf(key, entry.method, sources), 0);
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

function frontierRate(key: ConditionKey, method: ActivationMethod, sources: ConditionSources): number | null {
  const condition = designCondition(key, method, sources);
  const result = windowPosterior(
    { key: conditionId(key), curve: condition.outcomes },
    null,
    "these",
    posteriorOptions(sources.experiment, condition.range),
  );
  if (result.kind !== "estimated") return null;
  const loss = sources.experiment.analysis.frontier_loss;
  return result.posterior.frontier.find((point) => point.loss === loss)?.rate ?? null;
}

function sampledOf(key: ConditionKey, method: ActivationMethod, sources: ConditionSources): number {
  const { strict, capability } = designCondition(key, method, sources).outcomes;
  const count = (points: typeof strict.points) =>
    points.reduce((sum, clusters) => sum + clusters.reduce((n, { values }) => n + values.length, 0), 0);
  return count(strict.points) + count(capability.points);
}
