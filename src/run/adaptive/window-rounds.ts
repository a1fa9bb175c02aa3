import { chooseRound } from "../../plan/design/choose-round.js";
import type {
  ConditionState,
  DesignCondition,
  DesignSettings,
  RoundChoice,
} from "../../plan/design/design.js";
import type { Round } from "../../plan/round.js";
import type { DrawnWindows } from "./drawn-windows.js";
import { type ConditionKey, conditionId } from "./observations.js";
import type { RoundRunner } from "./round-runner.js";

export interface SampledWindows {
  readonly states: readonly ConditionState[];
  readonly stop: RoundChoice["stop"];
}

/** Rounds over all conditions until each is narrow enough, or its samples or the run's are spent. */
export async function sampleWindows(
  runner: RoundRunner,
  keys: readonly ConditionKey[],
  conditions: () => readonly DesignCondition[],
  windows: DrawnWindows,
  settings: DesignSettings & { readonly max_samples: number | null },
  onChoice: (choice: RoundChoice) => void,
): Promise<SampledWindows> {
  const now = () => ({
    ...settings,
    samples_left:
      settings.max_samples === null ? null : Math.max(0, settings.max_samples - runner.plan.samples),
  });
  const chosen = () => chooseRound(conditions(), now(), (condition) => windows.of(condition));
  const prepare = () => windows.prepare(conditions(), now());
  let before = "";
  const choose = () => {
    const choice = chosen();
    onChoice(choice);
    // Where nothing of a round could be scored, the same would be asked for ever.
    const asked = JSON.stringify([choice.requests, choice.states.map(({ samples }) => samples)]);
    if (asked === before) return { vectors: [], cells: [] };
    before = asked;
    return roundCells(choice, keys);
  };
  const ofModel = (model: string) =>
    windows.prepare(
      conditions().filter((condition) => condition.model === model),
      now(),
    );
  await prepare();
  while (await runner.round("windows", 0, choose, ofModel)) await prepare();
  const { states, stop } = chosen();
  return { states, stop };
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
