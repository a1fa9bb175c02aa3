import type { ScoreRow } from "../store/tables/columns.js";
import type { ReportSample } from "./input.js";

/** A sample with the score of each scorer that counts. */
export interface ScoredSample {
  readonly sample: ReportSample;
  readonly scores: readonly ScoreRow[];
}

/**
 * Samples beside their scores, both read in plan order, so that no more than one sample is held at a time. Of several
 * versions of a scorer the highest of the table counts, of equal ones the last.
 *
 * @throws RangeError where samples or scores are not in plan order.
 */
export function* scoredSamples(
  samples: Iterable<ReportSample>,
  scores: Iterable<ScoreRow>,
  newest: ReadonlyMap<string, number>,
): Generator<ScoredSample> {
  const rows = inPlanOrder(scores, "scores");
  let next = rows.next();
  for (const sample of inPlanOrder(samples, "samples")) {
    const own = new Map<string, ScoreRow>();
    for (; next.done !== true && next.value.plan_index <= sample.plan_index; next = rows.next()) {
      const { sample_id, scorer, scorer_version } = next.value;
      if (sample_id === sample.sample_id && scorer_version === newest.get(scorer))
        own.set(scorer, next.value);
    }
    yield { sample, scores: [...own.values()] };
  }
}

function* inPlanOrder<Row extends { readonly plan_index: number }>(
  rows: Iterable<Row>,
  table: string,
): Generator<Row, undefined> {
  let before = -1;
  for (const row of rows) {
    if (row.plan_index < before)
      throw new RangeError(`the table of ${table} has plan_index ${row.plan_index} after ${before}`);
    before = row.plan_index;
    yield row;
  }
}
