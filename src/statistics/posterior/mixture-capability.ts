/**
 * Capability as a weighted mean of tasks whose curves have their own thresholds; slope and floor are the same within a
 * draw. Flat arrays have `components` entries for each draw.
 */
export interface CapabilityMixture {
  readonly components: number;
  readonly thresholds: Float64Array;
  /** Weight of a component, including its unsteered rate; the sum is positive. */
  readonly weights: Float64Array;
  readonly slope: Float64Array;
  /** Share of a task's own baseline that is left far above its threshold. */
  readonly floor: Float64Array;
  /** Mean unsteered rate. */
  readonly baseline: Float64Array;
}

/** The mixture, prepared for evaluation. */
export interface MixtureKept {
  readonly kind: "mixture";
  readonly components: number;
  readonly weights: Float64Array;
  readonly slope: Float64Array;
  readonly floor: Float64Array;
  readonly baseline: Float64Array;
  /** Mean threshold of each draw. */
  readonly middle: Float64Array;
  /** exp(slope (middle - threshold)), so that an evaluation takes one exponential instead of one for each component. */
  readonly factors: Float64Array;
  /** Sum of the weights of each draw. */
  readonly totals: Float64Array;
}

const LARGEST_EXPONENT = 300;

export function mixtureCapability(mixture: CapabilityMixture): MixtureKept {
  const { components, weights, slope, floor, baseline } = mixture;
  const middle = middlesOf(mixture);
  const factors = factorsOf(mixture, middle);
  const totals = Float64Array.from(slope, (_, i) => sumOf(weights, i * components, components));
  return { kind: "mixture", components, weights, slope, floor, baseline, middle, factors, totals };
}

/** Share of the baseline that the i-th curve keeps at position x. */
export function mixtureKeptAt(mixture: MixtureKept, i: number, x: number): number {
  const { components, weights, slope, floor, middle, factors, totals } = mixture;
  const scale = limitedExp((slope[i] as number) * (x - (middle[i] as number)));
  let left = 0;
  for (let j = i * components; j < (i + 1) * components; j += 1) {
    left += (weights[j] as number) / (1 + scale * (factors[j] as number));
  }
  const least = floor[i] as number;
  return least + ((1 - least) * left) / (totals[i] as number);
}

/** Position at which the i-th curve falls to `share`. */
export function mixtureFallsTo(
  mixture: MixtureKept,
  i: number,
  share: number,
  from: number,
  to: number,
): number {
  return firstAtOrBelow((x) => mixtureKeptAt(mixture, i, x), share, from, to);
}

function sumOf(values: Float64Array, start: number, count: number): number {
  let sum = 0;
  for (let i = start; i < start + count; i += 1) sum += values[i] as number;
  return sum;
}

function middlesOf({ thresholds, components, slope }: CapabilityMixture): Float64Array {
  return Float64Array.from(slope, (_, i) => sumOf(thresholds, i * components, components) / components);
}

function factorsOf({ thresholds, components, slope }: CapabilityMixture, middle: Float64Array): Float64Array {
  return thresholds.map((threshold, j) => {
    const i = Math.floor(j / components);
    return limitedExp((slope[i] as number) * ((middle[i] as number) - threshold));
  });
}

function limitedExp(exponent: number): number {
  return Math.exp(Math.min(LARGEST_EXPONENT, Math.max(-LARGEST_EXPONENT, exponent)));
}

/** Where a falling curve reaches `level`, by false position (Illinois); the infinity of its side if outside. */
function firstAtOrBelow(curve: (x: number) => number, level: number, from: number, to: number): number {
  let low = from;
  let high = to;
  let over = curve(low) - level;
  if (over <= 0) return Number.NEGATIVE_INFINITY;
  let under = curve(high) - level;
  if (under > 0) return Number.POSITIVE_INFINITY;
  const close = (to - from) * 1e-5;
  let side = 0;
  for (let n = 0; n < 60 && high - low > close; n += 1) {
    // A curve that is flat nearly everywhere is halved first.
    const x = n < 4 ? (low + high) / 2 : low + (over * (high - low)) / (over - under);
    const value = curve(x) - level;
    if (Math.abs(value) < 1e-7) return x;
    if (value > 0) {
      low = x;
      over = value;
      if (side === 1) under /= 2;
      side = 1;
    } else {
      high = x;
      under = value;
      if (side === -1) over /= 2;
      side = -1;
    }
  }
  return (low + high) / 2;
}
