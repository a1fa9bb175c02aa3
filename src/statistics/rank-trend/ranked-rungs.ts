/** One rung of the ladder in one question. */
export interface Rung {
  readonly parameters: number;
  /** Infinite where the width is below (never steered) or above (never collapsed) all numbers, which makes ties there. Null where not even its rank is known: its pairs then count as ties. */
  readonly width: number | null;
}

/** Rungs of the ladder, and what each pair of them adds to Kendall's S when the first has the smaller size. */
export interface RankedRungs {
  /** Ascending. */
  readonly sizes: readonly number[];
  /** [a][b]: signs of width b - width a, summed over questions. */
  readonly signs: readonly (readonly number[])[];
}

/** `ladders` has one for each question, ascending by size. */
export function rankedRungs(ladders: readonly (readonly Rung[])[]): RankedRungs {
  const [first = []] = ladders;
  const signs = first.map((_, a) =>
    first.map((__, b) => ladders.reduce((sum, rungs) => sum + compare(rungs[a]?.width, rungs[b]?.width), 0)),
  );
  return { sizes: first.map(({ parameters }) => parameters), signs };
}

/** Concordant minus discordant pairs of the rungs as they stand. */
export function observedS({ sizes, signs }: RankedRungs): number {
  return untied(sizes).reduce((s, [a, b]) => s + (signs[a]?.[b] ?? 0), 0);
}

/** Pairs of places whose values differ. */
export function untied(values: readonly (number | null)[]): [number, number][] {
  return values.flatMap((value, a) =>
    values.flatMap((other, b): [number, number][] =>
      a < b && value !== null && other !== null && value !== other ? [[a, b]] : [],
    ),
  );
}

function compare(a: number | null = null, b: number | null = null): number {
  if (a === null || b === null || a === b) return 0;
  return a < b ? 1 : -1;
}
