import type { ScoreRow } from "../store/tables/rows.js";
import type { ScorerNames } from "./input.js";

/** What the curves need of a sample's scores; undefined where a scorer has not seen the sample, null where it could not score. */
export interface SampleScores {
  contains?: number | null;
  strict?: number | null;
  intact?: number | null;
  capability?: number | null;
  responseClass?: string | null;
  /** Why the capability was scored as it was. */
  capabilityReason?: string | null;
}

/** Scores by sample. Of several versions of a scorer the highest counts, of equal ones the last. */
export function indexScores(scores: Iterable<ScoreRow>, names: ScorerNames): Map<string, SampleScores> {
  const newest = newestVersions(scores);
  const index = new Map<string, SampleScores>();
  for (const { sample_id, scorer, scorer_version, value, label, reason } of scores) {
    if (scorer_version !== newest.get(scorer)) continue;
    const entry = index.get(sample_id) ?? {};
    if (scorer === names.contains) entry.contains = value;
    if (scorer === names.strict) entry.strict = value;
    if (scorer === names.responseClass) {
      entry.responseClass = label;
      entry.intact = value;
    }
    if (scorer === names.capability) {
      entry.capability = value;
      entry.capabilityReason = reason;
    }
    index.set(sample_id, entry);
  }
  return index;
}

/** The highest version of each scorer. */
export function newestVersions(scores: Iterable<ScoreRow>): Map<string, number> {
  const newest = new Map<string, number>();
  for (const { scorer, scorer_version } of scores) {
    newest.set(scorer, Math.max(scorer_version, newest.get(scorer) ?? scorer_version));
  }
  return newest;
}
