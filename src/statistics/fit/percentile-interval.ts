/** A number, or a name for a value outside the numbers: below all of them, above all of them, or on an unknown side. */
export type Replicate<Name extends string> =
  | number
  | { readonly name: Name; readonly side: "below" | "above" | "either" };

export interface NamedInterval<Name extends string> {
  readonly low: number | Name;
  readonly high: number | Name;
  /** Share of the replicates with each name that occurs; names in alphabetical order. */
  readonly shares: Readonly<Partial<Record<Name, number>>>;
}

/** Replicates in order: the numbers, and the names (alphabetical) on either side of them. */
interface SortedReplicates<Name extends string> {
  readonly numbers: Float64Array;
  readonly named: Readonly<Record<"below" | "above" | "either", readonly Name[]>>;
  /** Of numbers and names together. */
  readonly count: number;
}

export function sortReplicates<Name extends string>(
  replicates: readonly Replicate<Name>[],
): SortedReplicates<Name> {
  const numbers = new Float64Array(replicates.length);
  const named: Record<"below" | "above" | "either", Name[]> = { below: [], above: [], either: [] };
  let found = 0;
  for (const replicate of replicates) {
    if (typeof replicate === "number") numbers[found++] = replicate;
    else named[replicate.side].push(replicate.name);
  }
  for (const names of Object.values(named)) names.sort();
  return { numbers: numbers.subarray(0, found).sort(), named, count: replicates.length };
}

/**
 * Percentile interval over replicates, some of which have a name instead of a number. A name counts as mass on its side
 * (`either` widens both sides), and a bound that falls on such mass is the name.
 * Order statistics ceil(B a / 2) and ceil(B (1 - a / 2)), 1-based, a = 1 - confidence.
 */
export function percentileInterval<Name extends string>(
  replicates: readonly Replicate<Name>[],
  confidence: number,
): NamedInterval<Name> {
  return intervalOf(sortReplicates(replicates), confidence);
}

/** `percentileInterval` of replicates that are sorted already. */
export function intervalOf<Name extends string>(
  { numbers, named, count }: SortedReplicates<Name>,
  confidence: number,
): NamedInterval<Name> {
  if (count === 0) throw new RangeError("percentileInterval: no replicates");
  const { below, above, either } = named;
  const tail = (1 - confidence) / 2;
  const rank = (share: number) =>
    Math.min(count, Math.max(1, Math.ceil(Number((count * share).toFixed(9))))) - 1;
  const andEither = (names: readonly Name[]) => (either.length === 0 ? names : [...names, ...either].sort());
  return {
    low: ordered(rank(tail), andEither(below), numbers, above),
    high: ordered(rank(1 - tail), below, numbers, andEither(above)),
    shares: nameShares([...below, ...above, ...either], count),
  };
}

/** An order statistic of the names below all numbers, the numbers, and the names above them. */
function ordered<Name extends string>(
  rank: number,
  below: readonly Name[],
  numbers: Float64Array,
  above: readonly Name[],
): number | Name {
  const found = below[rank] ?? numbers[rank - below.length] ?? above[rank - below.length - numbers.length];
  if (found === undefined) throw new RangeError(`percentileInterval: no rank ${rank}`);
  return found;
}

function nameShares<Name extends string>(
  names: readonly Name[],
  count: number,
): Partial<Record<Name, number>> {
  const counts = new Map<Name, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const shares: Partial<Record<Name, number>> = {};
  for (const name of [...counts.keys()].sort()) shares[name] = (counts.get(name) ?? 0) / count;
  return shares;
}
