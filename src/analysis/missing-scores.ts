import type { ScoreRow } from "../store/tables/columns.js";

/** Scores of one scorer that are null for one reason, a fault of the machinery. */
export interface MissingScores {
  readonly scorer: string;
  readonly reason: string;
  readonly scores: number;
}

/** What the report must know of a table of scores before it reads it beside the samples. */
export interface ScoreSurvey {
  /** The highest version of each scorer. */
  readonly newest: ReadonlyMap<string, number>;
  /** How many scores of the newest versions are missing for which reason, the most frequent first. */
  readonly missing: readonly MissingScores[];
}

type SurveyedScore = Pick<ScoreRow, "scorer" | "scorer_version" | "value" | "reason">;

/** Examines all scores in one pass. */
export function surveyScores(scores: Iterable<SurveyedScore>): ScoreSurvey {
  const newest = new Map<string, number>();
  const missing = new Map<string, MissingScores & { readonly version: number }>();
  for (const { scorer, scorer_version: version, value, reason } of scores) {
    newest.set(scorer, Math.max(version, newest.get(scorer) ?? version));
    if (value !== null) continue;
    const one = { scorer, reason: reason ?? "no reason was recorded", version };
    const key = JSON.stringify(one);
    missing.set(key, { ...one, scores: (missing.get(key)?.scores ?? 0) + 1 });
  }
  return {
    newest,
    missing: [...missing.values()]
      .filter(({ scorer, version }) => version === newest.get(scorer))
      .map(({ scorer, reason, scores: count }) => ({ scorer, reason, scores: count }))
      .toSorted((a, b) => b.scores - a.scores),
  };
}

/** The survey of no scores at all. */
export const NO_SCORES: ScoreSurvey = Object.freeze({ newest: new Map<string, number>(), missing: [] });
