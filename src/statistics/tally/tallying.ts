import type { OutcomeCurve, ScorerDeclaration } from "./outcome.js";

/** Names of the scorers whose values make the curves of a window. */
export interface CurveScorers {
  readonly target: string;
  readonly looseTarget: string;
  /** Null where no scorer says whether responses are intact. */
  readonly intact: string | null;
  readonly capability: string;
}

/** How the scores of one scorer are counted. */
export interface Tallied {
  /** The labels are counted beside the values. */
  readonly classes: boolean;
  /** Values are taken from 1, so that larger is better. */
  readonly turned: boolean;
}

/** How scores are counted, by scorer; those of scorers that are absent here are left out. */
export type Tallying = ReadonlyMap<string, Tallied>;

/**
 * @throws RangeError where no scorer makes the curve of the target or of the capability.
 */
export function curveScorers(scorers: readonly ScorerDeclaration[]): CurveScorers {
  const of = (curve: OutcomeCurve) =>
    scorers.findLast(({ outcome }) => outcome.curve === curve)?.name ?? null;
  const needed = (curve: OutcomeCurve): string => {
    const name = of(curve);
    if (name === null) throw new RangeError(`no scorer makes the curve ${curve}`);
    return name;
  };
  return {
    target: needed("target"),
    looseTarget: needed("loose_target"),
    intact: of("intact"),
    capability: needed("capability"),
  };
}

/** The scorers with separate curves. */
export const furtherScorers = (scorers: readonly ScorerDeclaration[]): readonly ScorerDeclaration[] =>
  scorers.filter(({ outcome }) => outcome.curve === "own");

/** What is counted for the curves that some scorers make. */
export function tallyingOf(scorers: readonly ScorerDeclaration[]): Tallying {
  const ofWindows = new Set<string | null>(Object.values(curveScorers(scorers)));
  return new Map(
    scorers.flatMap(({ name, outcome }): [string, Tallied][] => {
      if (ofWindows.has(name)) return [[name, { classes: false, turned: outcome.smaller_is_better }]];
      return outcome.curve === "own" ? [[name, { classes: outcome.kind === "class", turned: false }]] : [];
    }),
  );
}
