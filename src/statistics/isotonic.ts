interface Pool {
  readonly mean: number;
  readonly weight: number;
  readonly count: number;
}

/**
 * Weighted least-squares fit that never falls, by pooling adjacent violators (Ayer et al. 1955; Barlow et al. 1972).
 * `weights` are positive, one a value.
 */
export function isotonicIncreasing(values: readonly number[], weights: readonly number[]): number[] {
  const pools: Pool[] = [];
  values.forEach((value, i) => {
    let pool: Pool = { mean: value, weight: weightAt(weights, i), count: 1 };
    for (let last = pools.at(-1); last !== undefined && last.mean >= pool.mean; last = pools.at(-1)) {
      pools.pop();
      const weight = last.weight + pool.weight;
      pool = {
        mean: (last.mean * last.weight + pool.mean * pool.weight) / weight,
        weight,
        count: last.count + pool.count,
      };
    }
    pools.push(pool);
  });
  return pools.flatMap((pool) => Array<number>(pool.count).fill(pool.mean));
}

/** The same, never rising. */
export function isotonicDecreasing(values: readonly number[], weights: readonly number[]): number[] {
  return isotonicIncreasing(values.toReversed(), weights.toReversed()).toReversed();
}

export interface UnimodalFit {
  readonly fit: readonly number[];
  /** Index of the last point of the rising limb: the fit never falls up to here and never rises after it. */
  readonly mode: number;
}

/**
 * Weighted least-squares fit that rises and then falls (Frisen 1986): the best of the fits with each point as the
 * end of the rising limb; the earliest of equally good ones.
 */
export function unimodal(values: readonly number[], weights: readonly number[]): UnimodalFit {
  let best: UnimodalFit = { fit: [], mode: -1 };
  let least = Number.POSITIVE_INFINITY;
  for (let mode = 0; mode < values.length; mode += 1) {
    const rise = isotonicIncreasing(values.slice(0, mode + 1), weights.slice(0, mode + 1));
    const fall = isotonicDecreasing(values.slice(mode + 1), weights.slice(mode + 1));
    // A falling limb that starts above the rise's end belongs to a later mode, which this loop also tries.
    if ((fall[0] ?? 0) > (rise.at(-1) ?? 0)) continue;
    const fit = [...rise, ...fall];
    const error = fit.reduce(
      (sum, value, i) => sum + weightAt(weights, i) * (value - (values[i] ?? 0)) ** 2,
      0,
    );
    if (error < least - 1e-12) {
      least = error;
      best = { fit, mode };
    }
  }
  return best;
}

function weightAt(weights: readonly number[], i: number): number {
  const weight = weights[i];
  if (weight === undefined || !(weight > 0)) {
    throw new RangeError(`isotonic fit: weight ${i} is ${weight}, expected a positive number`);
  }
  return weight;
}
