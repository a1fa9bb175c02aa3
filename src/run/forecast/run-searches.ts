import { askLogprobs, type LogprobItem } from "./ask-logprobs.js";
import type { CurveSearch } from "./curve-search.js";
import { type ForecastWork, rawStrength } from "./forecast-work.js";

/** Refines all curves together: each round requests the next strengths of every open curve at once. */
export async function runSearches(work: ForecastWork, searches: readonly CurveSearch[]): Promise<void> {
  let open = searches;
  for (let round = 0; ; round++) {
    const asked = open.flatMap((search) => search.next().map((strength) => ({ search, strength })));
    open = [...new Set(asked.map(({ search }) => search))];
    work.onProgress?.({ stage: "curves", settled: searches.length - open.length, total: searches.length });
    if (asked.length === 0) return;
    const items = asked.flatMap(({ search, strength }) => itemsAt(work, search, strength));
    const answers = await askLogprobs(work, `forecast-${work.model.name}-round-${round}`, items);
    let place = 0;
    for (const { search, strength } of asked) {
      const end = place + search.sequences.length;
      search.tell(strength, answers.slice(place, end));
      place = end;
    }
  }
}

function itemsAt(
  work: ForecastWork,
  { condition, sequences }: CurveSearch,
  strength: number,
): readonly LogprobItem[] {
  const raw = rawStrength(work, condition, strength);
  return sequences.map((sequence) => ({ sequence, condition, raw }));
}
