/** Runs of points that share one fitted value, first to last. */
class Pools {
  readonly #means: number[] = [];
  readonly #weights: number[] = [];
  readonly #counts: number[] = [];
  /** Weighted sum of squares between the fit and its points. */
  error = 0;

  /** Adds a point at the end and pools while the fit falls. */
  add(value: number, weight: number | undefined): void {
    if (weight === undefined || !(weight > 0)) {
      throw new RangeError(`isotonic fit: a weight is ${weight}, expected a positive number`);
    }
    let mean = value;
    let total = weight;
    let count = 1;
    while (this.last >= mean) {
      const before = this.#means.pop() ?? 0;
      const beforeWeight = this.#weights.pop() ?? 0;
      count += this.#counts.pop() ?? 0;
      const both = beforeWeight + total;
      this.error += ((beforeWeight * total) / both) * (before - mean) ** 2;
      mean = (before * beforeWeight + mean * total) / both;
      total = both;
    }
    this.#means.push(mean);
    this.#weights.push(total);
    this.#counts.push(count);
  }

  /** Fitted value of the last point. */
  get last(): number {
    return this.#means.at(-1) ?? Number.NEGATIVE_INFINITY;
  }

  get fit(): number[] {
    const fit: number[] = [];
    this.#means.forEach((mean, i) => {
      for (let k = this.#counts[i] ?? 0; k > 0; k -= 1) fit.push(mean);
    });
    return fit;
  }
}

/**
 * Non-decreasing weighted least-squares fit by pooling adjacent violators (Ayer et al. 1955; Barlow et al. 1972).
 * `weights` are positive, one for each value.
 */
export function isotonicIncreasing(values: readonly number[], weights: readonly number[]): number[] {
  const pools = new Pools();
  values.forEach((value, i) => {
    pools.add(value, weights[i]);
  });
  return pools.fit;
}

/** Non-increasing weighted least-squares fit. */
export function isotonicDecreasing(values: readonly number[], weights: readonly number[]): number[] {
  return isotonicIncreasing(values.toReversed(), weights.toReversed()).reverse();
}

interface UnimodalFit {
  readonly fit: readonly number[];
  /** Index of the last point of the rising limb: the fit never falls up to here and never rises after it. */
  readonly mode: number;
}

/**
 * Unimodal weighted least-squares fit (Frisen 1986): the best of the fits with each point as the end of the rising limb,
 * and the earliest of equally good ones. Takes linear time in the number of points.
 */
export function unimodal(values: readonly number[], weights: readonly number[]): UnimodalFit {
  const rise = prefixes(values, weights);
  const fall = prefixes(values.toReversed(), weights.toReversed()).reverse();
  let mode = -1;
  let least = Number.POSITIVE_INFINITY;
  rise.forEach(({ error, last }, i) => {
    const after = fall[i + 1] ?? { error: 0, last: Number.NEGATIVE_INFINITY };
    // A falling limb that starts above the rise's end belongs to a later mode.
    if (after.last > last || error + after.error >= least - 1e-12) return;
    least = error + after.error;
    mode = i;
  });
  const split = mode + 1;
  const rising = isotonicIncreasing(values.slice(0, split), weights.slice(0, split));
  return { fit: [...rising, ...isotonicDecreasing(values.slice(split), weights.slice(split))], mode };
}

/** Error of the fit of each prefix, and the fitted value at its end. */
function prefixes(values: readonly number[], weights: readonly number[]): { error: number; last: number }[] {
  const pools = new Pools();
  return values.map((value, i) => {
    pools.add(value, weights[i]);
    return { error: pools.error, last: pools.last };
  });
}
