import type { ForecastEnd, ForecastRow } from "../../store/forecast-file.js";
import { type CurveSearch, collapseSearch, onsetSearch } from "./curve-search.js";
import { type ForcedChoice, forcedChoices, gains } from "./forced-choice.js";
import type { ForecastCondition, ForecastWork } from "./forecast-work.js";
import { linearAccessibility } from "./linear-accessibility.js";
import { neutralDivergences } from "./neutral-divergence.js";
import { ownAnswers } from "./own-answers.js";
import { runSearches } from "./run-searches.js";

const NOT_ASKED: ForecastEnd = { name: "not_asked" };

/**
 * Forecasts one model's conditions from forward passes alone: one row for each condition, in their order. The only text
 * generated is the model's own greedy answers to the tasks.
 *
 * @throws UserError if the model gives no answer to any task, or no worker could do the work.
 */
export async function forecastModel(work: ForecastWork): Promise<readonly ForecastRow[]> {
  const { conditions, want } = work;
  if (conditions.length === 0) return [];
  const choices = want.onset ? await forcedChoices(work) : new Map<string, ForcedChoice>();
  const slopes = want.onset ? await gains(work, choices) : conditions.map(() => null);
  const collapses = want.collapse ? await collapseSearches(work) : null;
  const onsets = conditions.map((condition) => {
    const choice = choices.get(condition.question);
    return choice === undefined ? null : onsetSearch(condition, choice, work);
  });
  const searches = [...(collapses ?? []), ...onsets.filter((search) => search !== null)];
  await runSearches(work, searches);
  const crossings = { settled: searches.length, total: searches.length };
  if (want.kl) work.onProgress?.({ stage: "kl", ...crossings });
  const ends = conditions.map((_, index) => collapses?.[index]?.end() ?? NOT_ASKED);
  const kl = want.kl ? await neutralDivergences(work, ends) : [];
  if (want.accessibility) work.onProgress?.({ stage: "accessibility", ...crossings });
  const accessible = want.accessibility ? await linearAccessibility(work) : null;
  return conditions.map((condition, index) => ({
    ...identity(work, condition),
    onset: onsets[index]?.end() ?? NOT_ASKED,
    collapse: ends[index] ?? NOT_ASKED,
    margin: choices.get(condition.question)?.margin ?? null,
    gain: slopes[index] ?? null,
    kl: kl[index] ?? [],
    accessibility: accessible?.get(condition.question)?.[condition.layer] ?? null,
  }));
}

async function collapseSearches(work: ForecastWork): Promise<readonly CurveSearch[]> {
  work.onProgress?.({ stage: "own answers", settled: 0, total: work.conditions.length });
  const answers = await ownAnswers(work);
  return work.conditions.map((condition) => collapseSearch(condition, answers, work));
}

function identity({ model }: ForecastWork, condition: ForecastCondition) {
  const { method, role, question, draw, layer, unit, axis } = condition;
  const { name, shape } = model;
  const { parameters, layers } = shape;
  return { model: name, parameters, method, role, question, draw, layer, layers, unit, axis };
}
