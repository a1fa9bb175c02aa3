/** A number, or a name for what lies outside the numbers: below all of them, above, or not known which. */
export type Replicate<Name extends string> =
  | number
  | { readonly name: Name; readonly side: "below" | "above" | "either" };

export interface NamedInterval<Name extends string> {
  readonly low: number | Name;
  readonly high: number | Name;
  /** Share of the replicates with each name, where not 0; names in alphabetical order. */
  readonly shares: Readonly<Partial<Record<Name, number>>>;
}

/**
 * Percentile interval over replicates some of which have a name in place of a number: a name counts as mass at its end
 * (`either` at both, against the interval), and a bound that falls on such mass is the name.
 * Order statistics ceil(B a / 2) and ceil(B (1 - a / 2)), 1-based, a = 1 - confidence.
 */
export function percentileInterval<Name extends string>(
  replicates: readonly Replicate<Name>[],
  confidence: number,
): NamedInterval<Name> {
  const b = replicates.length;
  if (b === 0) throw new RangeError("percentileInterval: no replicates");
  const tail = (1 - confidence) / 2;
  const rank = (share: number) => Math.min(b, Math.max(1, Math.ceil(Number((b * share).toFixed(9))))) - 1;
  return {
    low: bound(replicates, Number.NEGATIVE_INFINITY, rank(tail)),
    high: bound(replicates, Number.POSITIVE_INFINITY, rank(1 - tail)),
    shares: nameShares(replicates),
  };
}

function bound<Name extends string>(
  replicates: readonly Replicate<Name>[],
  either: number,
  rank: number,
): number | Name {
  const sorted = replicates
    .map((replicate) => ({ replicate, place: placeOf(replicate, either) }))
    .sort((a, b) =>
      a.place === b.place ? compareNames(a.replicate, b.replicate) : a.place < b.place ? -1 : 1,
    );
  const found = sorted[rank]?.replicate;
  if (found === undefined) throw new RangeError(`percentileInterval: no rank ${rank}`);
  return typeof found === "number" ? found : found.name;
}

function placeOf<Name extends string>(replicate: Replicate<Name>, either: number): number {
  if (typeof replicate === "number") return replicate;
  if (replicate.side === "either") return either;
  return replicate.side === "below" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function compareNames<Name extends string>(a: Replicate<Name>, b: Replicate<Name>): number {
  if (typeof a === "number" || typeof b === "number" || a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}

function nameShares<Name extends string>(
  replicates: readonly Replicate<Name>[],
): Partial<Record<Name, number>> {
  const names = replicates.flatMap((replicate) => (typeof replicate === "number" ? [] : [replicate.name]));
  const shares: Partial<Record<Name, number>> = {};
  for (const name of [...new Set(names)].sort()) {
    shares[name] = names.filter((other) => other === name).length / replicates.length;
  }
  return shares;
}
