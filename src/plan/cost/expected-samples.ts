/**
 * Mean samples of one searched window by the precision asked for (octaves), without a forecast: simulated experiments of
 * truth `model` with 20 tasks, 120 a precision (2,000 at .4), window_samples 1600 (2800 at .3, 6400 at .2), as by
 * `npm run simulate -- --truth model --experiments 120 --precision P --window-samples W`. Rounded; good to a fifth.
 */
const MEASURED = [
  { precision: 0.2, samples: 2350 },
  { precision: 0.3, samples: 1020 },
  { precision: 0.4, samples: 600 },
  { precision: 0.6, samples: 410 },
  { precision: 0.8, samples: 330 },
] as const;

/**
 * Samples that a searched window takes on average to an interval this narrow: straight lines between the measured
 * values, both logarithmic; outside them the nearest line goes on.
 */
export function expectedWindowSamples(precision: number): number {
  if (!(precision > 0)) throw new RangeError(`expectedWindowSamples: precision ${precision} is not above 0`);
  const above = MEASURED.findIndex((point) => point.precision >= precision);
  const i = above < 0 ? MEASURED.length - 1 : Math.max(1, above);
  const [low, high] = [MEASURED[i - 1], MEASURED[i]];
  if (low === undefined || high === undefined) throw new RangeError("two measured precisions at least");
  const share = Math.log(precision / low.precision) / Math.log(high.precision / low.precision);
  return Math.round(low.samples * (high.samples / low.samples) ** share);
}
