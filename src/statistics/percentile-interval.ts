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
  const numbers = Float64Array.from(replicates.filter((replicate) => typeof replicate === "number")).sort();
  const named = replicates.filter((replicate) => typeof replicate !== "number");
  const namesAt = (...sides: readonly ("below" | "above" | "either")[]) =>
    named.flatMap(({ name, side }) => (sides.includes(side) ? [name] : [])).sort();
  return {
    low: ordered(rank(tail), namesAt("below", "either"), numbers, namesAt("above")),
    high: ordered(rank(1 - tail), namesAt("below"), numbers, namesAt("above", "either")),
    shares: nameShares(replicates),
  };
}

/** The order statistic of so much below all numbers, the numbers, and so much above them. */
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
  replicates: readonly Replicate<Name>[],
): Partial<Record<Name, number>> {
  const names = replicates.flatMap((replicate) => (typeof replicate === "number" ? [] : [replicate.name]));
  const shares: Partial<Record<Name, number>> = {};
  for (const name of [...new Set(names)].sort()) {
    shares[name] = names.filter((other) => other === name).length / replicates.length;
  }
  return shares;
}
