import { chooseRound } from "../../plan/design/choose-round.js";
import type { ConditionState, RoundChoice } from "../../plan/design/design.js";
import type { PlannedModel } from "../../plan/plan.js";
import type { CurveOutcomes } from "../../statistics/curve.js";
import type { WindowJob } from "../../statistics/estimate-window.js";
import {
  type DesignRecord,
  type LayerChoice,
  readDesignRecord,
  writeDesignRecord,
} from "../../store/design-record.js";
import { closedWindows } from "./closed-windows.js";
import { activationMethods, screenedMethods } from "./condition-keys.js";
import { type ConditionSources, designCondition } from "./design-conditions.js";
import { designSettings, frozenSettings } from "./design-settings.js";
import type { DrawnWindows } from "./drawn-windows.js";
import type { ForecastStage } from "./forecast-stage.js";
import { lanesOf, takeTurns } from "./lanes.js";
import { type ConditionKey, conditionId } from "./observations.js";
import { Drained, type RoundRunner } from "./round-runner.js";
import { type LaneSearch, searchLane } from "./search-lane.js";

interface AdaptiveOptions {
  readonly runner: RoundRunner;
  /** The axis of each method's strengths. */
  readonly axes: Readonly<Record<string, "log" | "linear" | "none">>;
  /** For a limit in minutes; called only if there is one. */
  readonly samplesPerSecond: () => number;
  readonly forecast: ForecastStage;
  readonly windows: DrawnWindows;
  /** Starts to estimate, for the report, a window that needs no more samples. */
  readonly estimate: (job: WindowJob) => void;
  readonly onLaneDone: LaneSearch["onLaneDone"];
  readonly say: (text: string) => void;
}

/**
 * Finds layers and strengths during the run, in lanes of models. Every choice is a function of what was committed before
 * in its lane. Where models share a limit on samples, there is one lane.
 */
export async function adaptiveRun(options: AdaptiveOptions): Promise<void> {
  const { runner, axes, samplesPerSecond, forecast, windows, estimate, onLaneDone, say } = options;
  const { experiment, folder, book } = runner.options;
  await runner.runPlanned();
  const earlier = readDesignRecord(book, folder.design);
  const frozen = earlier?.settings ?? frozenSettings(experiment, samplesPerSecond);
  const begun: DesignRecord = {
    schema_version: 1,
    settings: frozen,
    rounds: 0,
    stop: null,
    layers: [],
    windows: [],
  };
  if (earlier === null) writeDesignRecord(book, folder.design, begun);
  const design = designSettings(frozen, experiment.seed);
  const settings = () => ({ ...design, samples_left: samplesLeft(frozen.max_samples, runner) });
  const sources = (): ConditionSources => ({
    experiment,
    observations: runner.observations,
    forecast: forecast.rows(),
    axisOf: (method) => sampledAxis(axes[method]),
  });
  const methods = new Map(activationMethods(experiment).map((method) => [method.name, method]));
  const conditions = (of: readonly ConditionKey[]) => {
    const now = sources();
    return of.map((key) => {
      const method = methods.get(key.method);
      if (method === undefined) throw new RangeError(`a window is of the unknown method ${key.method}`);
      return designCondition(key, method, now);
    });
  };

  const layers: LayerChoice[] = [];
  const keys: ConditionKey[] = [];
  const known = new Map<string, ConditionState>();
  const screened = screenedMethods(experiment).map(({ name }) => name);
  if (screened.length > 0)
    say(
      `choosing layers of ${screened.join(", ")} on ${experiment.development.length} development questions`,
    );
  const onLayers = (choices: readonly LayerChoice[]) => {
    for (const choice of choices) {
      layers.push(choice);
      say(`${choice.model}, ${choice.method}: layer ${choice.layer}`);
    }
  };
  const onWindows = (own: readonly ConditionKey[]) => {
    for (const key of own) keys.push(key);
    const closed = closedWindows(own, sources, estimate);
    return (choice: RoundChoice) => {
      for (const state of choice.states) known.set(state.condition, state);
      say(describeRound(runner.rounds, choice.requests.length, [...known.values()]));
      closed(choice);
    };
  };
  const { models } = runner.plan;
  const lanes = lanesOf(models, frozen.max_samples);
  const search: LaneSearch = {
    ...{ runner, sources, forecast, windows, conditions, settings, screening: design },
    ...{ onLayers, onWindows, onLaneDone },
  };
  await takeTurns(
    lanes.map((lane) => searchLane(lane, search)),
    // A run that drains lets the other lane finish what it started; one that failed does not need it.
    (cause) => {
      if (cause instanceof Error && !(cause instanceof Drained)) runner.options.pool.kill(cause);
    },
  );

  const ordered = byModel(keys, models);
  const { states, stop } = chooseRound(conditions(ordered), settings(), (condition) => windows.of(condition));
  const stateOf = new Map(states.map((state) => [state.condition, state]));
  writeDesignRecord(book, folder.design, {
    ...begun,
    layers: [...byModel(layers, models)],
    rounds: runner.rounds,
    stop,
    windows: ordered.flatMap((key) => {
      const state = stateOf.get(conditionId(key));
      if (state === undefined) return [];
      const { status, samples, length, samples_to_reach } = state;
      return [{ ...key, status, samples, length, samples_to_reach }];
    }),
  });
}

const sampledAxis = (axis: "log" | "linear" | "none" | undefined): CurveOutcomes["axis"] =>
  axis === "linear" ? "linear" : "log";

const samplesLeft = (most: number | null, { plan }: RoundRunner): number | null =>
  most === null ? null : Math.max(0, most - plan.samples);

/** In the ladder's order, whatever their lanes. */
function byModel<T extends { readonly model: string }>(
  all: readonly T[],
  models: readonly PlannedModel[],
): readonly T[] {
  return models.flatMap(({ name }) => all.filter(({ model }) => model === name));
}

function describeRound(index: number, points: number, states: readonly ConditionState[]): string {
  const count = (status: string) => states.filter((state) => state.status === status).length;
  return `round ${index}: ${points} points to sample; of ${states.length} windows ${count("reached")} are narrow enough, ${count("exhausted")} given up`;
}
