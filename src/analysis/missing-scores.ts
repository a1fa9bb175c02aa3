import type { ScoreRow } from "../store/tables/rows.js";
import { newestVersions } from "./score-index.js";

/** Scores of one scorer that are null for one reason, a fault of machinery. */
export interface MissingScores {
  readonly scorer: string;
  readonly reason: string;
  readonly scores: number;
}

/** How many scores of the newest versions are missing for which reason, the most frequent first. */
export function missingScores(scores: Iterable<ScoreRow>): MissingScores[] {
  const newest = newestVersions(scores);
  const found = new Map<string, MissingScores>();
  for (const { scorer, scorer_version, value, reason } of scores) {
    if (value !== null || scorer_version !== newest.get(scorer)) continue;
    const one = { scorer, reason: reason ?? "no reason was recorded" };
    const key = JSON.stringify(one);
    found.set(key, { ...one, scores: (found.get(key)?.scores ?? 0) + 1 });
  }
  return [...found.values()].toSorted((a, b) => b.scores - a.scores);
}
