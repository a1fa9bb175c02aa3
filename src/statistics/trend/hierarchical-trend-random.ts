import type { Random } from "../../util/random.js";
import { normalQuantile } from "../normal-quantile.js";

/** A uniform number in (0, 1) from a source with 32 bits. */
function open(random: Random): number {
  return random() + 2 ** -33;
}

export function standardNormal(random: Random): number {
  return normalQuantile(open(random));
}

/** A normal number beyond `limit`: above it for side 1, below it for side -1. By Robert's (1995) rejection. */
export function truncatedNormal(
  random: Random,
  mean: number,
  sd: number,
  limit: number,
  side: 1 | -1,
): number {
  return mean + side * sd * tail(random, (side * (limit - mean)) / sd);
}

/** A standard normal number of at least `least`. */
function tail(random: Random, least: number): number {
  if (least <= 0) {
    for (;;) {
      const z = standardNormal(random);
      if (z >= least) return z;
    }
  }
  const rate = (least + Math.sqrt(least * least + 4)) / 2;
  for (;;) {
    const z = least - Math.log(open(random)) / rate;
    if (open(random) <= Math.exp(-((z - rate) ** 2) / 2)) return z;
  }
}

/**
 * One slice-sampling update (Neal 2003: stepping out, shrinkage) of x under `logDensity`, within [low, high]. `step`: its
 * first width.
 */
export function sliceUpdate(
  random: Random,
  x: number,
  logDensity: (x: number) => number,
  { low, high, step }: { readonly low: number; readonly high: number; readonly step: number },
): number {
  const level = logDensity(x) + Math.log(open(random));
  let left = x - step * random();
  let right = left + step;
  while (left > low && logDensity(left) > level) left -= step;
  while (right < high && logDensity(right) > level) right += step;
  left = Math.max(left, low);
  right = Math.min(right, high);
  for (;;) {
    const next = left + random() * (right - left);
    if (logDensity(next) >= level) return next;
    if (next < x) left = next;
    else right = next;
  }
}
