import { chooseRound } from "../../plan/design/choose-round.js";
import type {
  ConditionState,
  DesignCondition,
  DesignSettings,
  RoundChoice,
} from "../../plan/design/design.js";
import type { PlannedModel } from "../../plan/plan.js";
import type { Round } from "../../plan/round.js";
import { largestFirst } from "../conduct.js";
import type { DrawnWindows } from "./drawn-windows.js";
import { type ConditionKey, conditionId } from "./observations.js";
import type { RoundRunner } from "./round-runner.js";

export interface SampledWindows {
  readonly states: readonly ConditionState[];
  readonly stop: RoundChoice["stop"];
}

export interface WindowRounds {
  readonly runner: RoundRunner;
  readonly keys: readonly ConditionKey[];
  readonly conditions: () => readonly DesignCondition[];
  readonly windows: DrawnWindows;
  readonly settings: DesignSettings & { readonly max_samples: number | null };
  /** With the states of all windows, as far as they are known. */
  readonly onChoice: (choice: RoundChoice) => void;
}

/**
 * Rounds over all conditions until each is narrow enough, or its samples or the run's are spent. The models take turns
 * in lanes: while the windows of one lane are drawn and its next round is chosen, the rows of the other go on.
 */
export async function sampleWindows(options: WindowRounds): Promise<SampledWindows> {
  const { runner, conditions, windows } = options;
  const underWay = new Map<Lane, Promise<void>>();
  const known = new Map<string, ConditionState>();
  try {
    let open = lanesOf(runner.plan.models, options.settings.max_samples);
    while (open.length > 0) {
      for (const lane of open) {
        await underWay.get(lane);
        await windows.prepare(conditionsOf(options, lane.models), settingsNow(options));
        const work = beginRound(options, lane, known);
        underWay.delete(lane);
        if (work === null) open = open.filter((other) => other !== lane);
        else underWay.set(lane, work);
        // Thrown when this lane has its turn again.
        work?.catch(() => {});
      }
    }
  } finally {
    await Promise.allSettled(underWay.values());
  }
  const { states, stop } = chooseRound(conditions(), settingsNow(options), (condition) =>
    windows.of(condition),
  );
  return { states, stop };
}

interface Lane {
  readonly number: number;
  readonly models: ReadonlySet<string>;
  /** What was asked for last. */
  asked: string;
}

/** Two lanes of about the same work; one where the models share what is left of the run's samples. */
function lanesOf(models: readonly PlannedModel[], maxSamples: number | null): Lane[] {
  const lanes = [new Set<string>(), new Set<string>()];
  largestFirst(models).forEach(({ name }, i) => {
    const second = maxSamples === null && (i % 4 === 1 || i % 4 === 2);
    lanes[Number(second)]?.add(name);
  });
  return lanes.flatMap((names, number) => (names.size === 0 ? [] : [{ number, models: names, asked: "" }]));
}

function beginRound(
  options: WindowRounds,
  lane: Lane,
  known: Map<string, ConditionState>,
): Promise<void> | null {
  const { runner, keys, windows, onChoice } = options;
  const choose = () => {
    const of = conditionsOf(options, lane.models);
    const choice = chooseRound(of, settingsNow(options), (condition) => windows.of(condition));
    for (const state of choice.states) known.set(state.condition, state);
    onChoice({ ...choice, states: [...known.values()] });
    // Where nothing of a round could be scored, the same would be asked for ever.
    const asked = JSON.stringify([choice.requests, choice.states.map(({ samples }) => samples)]);
    if (asked === lane.asked) return { vectors: [], cells: [] };
    lane.asked = asked;
    return roundCells(choice, keys);
  };
  const ofModel = (model: string) =>
    windows.prepare(conditionsOf(options, new Set([model])), settingsNow(options));
  return runner.begin("windows", lane.number, choose, ofModel);
}

function conditionsOf({ conditions }: WindowRounds, models: ReadonlySet<string>): DesignCondition[] {
  return conditions().filter(({ model }) => models.has(model));
}

function settingsNow({ runner, settings }: WindowRounds): DesignSettings {
  const { max_samples } = settings;
  return {
    ...settings,
    samples_left: max_samples === null ? null : Math.max(0, max_samples - runner.plan.samples),
  };
}

/** The cells of a choice. */
export function roundCells(
  { requests }: RoundChoice,
  keys: readonly ConditionKey[],
): Pick<Round, "vectors" | "cells"> {
  const byId = new Map(keys.map((key) => [conditionId(key), key]));
  const cells = requests.map(({ condition, draw, strength, question_samples, task_samples }) => {
    const key = byId.get(condition);
    if (key === undefined) throw new RangeError(`a request names the unknown condition ${condition}`);
    return { ...key, draw, strength, question_samples, task_samples };
  });
  return { vectors: [], cells };
}
