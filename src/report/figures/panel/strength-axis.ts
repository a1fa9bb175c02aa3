import { highestOf, lowestOf } from "../../../statistics/extremes.js";
import type { Axis } from "../../../statistics/series.js";

/** Most labels that fit a panel. */
const MOST_TICKS = 7;
/** With fewer labels, the scale of the axis is not evident. */
const LEAST_TICKS = 3;

export interface StrengthScale {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
}

/** Domain and round ticks of the strengths that a figure's panels share: 1-2-5 steps or decades on a log axis. */
export function strengthScale(strengths: readonly number[], axis: Axis): StrengthScale {
  const low = lowestOf(strengths);
  const high = highestOf(strengths);
  if (axis === "linear") {
    const pad = (high - low) * 0.03 || Math.abs(low) / 2 || 1;
    const domain = [low - pad, high + pad] as const;
    return { domain, ticks: low < high ? evenTicks(low, high) : evenTicks(...domain) };
  }
  const domain = [low / 1.06, high * 1.06] as const;
  const ladders = [[1, 2, 5], [1, 3], [1]].map((steps) => ticksBetween(low, high, steps));
  const octaves = powersOfTwo(low, high);
  if (octaves.length < LEAST_TICKS) return { domain, ticks: evenTicks(...domain) };
  const ticks =
    octaves.length <= MOST_TICKS
      ? octaves
      : (ladders.find((list) => list.length <= MOST_TICKS) ?? ladders.at(-1));
  return { domain, ticks: ticks ?? [] };
}

function evenTicks(low: number, high: number): number[] {
  const step = niceStep(high - low);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  // From whole numbers, so that none ends in a long fraction.
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function powersOfTwo(low: number, high: number): number[] {
  const first = Math.ceil(Math.log2(low) - 1e-6);
  const count = Math.floor(Math.log2(high) + 1e-6) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => 2 ** (first + i));
}

function ticksBetween(low: number, high: number, steps: readonly number[]): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    for (const step of steps) {
      const tick = Number(`${step}e${power}`);
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}

function niceStep(range: number): number {
  const rough = range / (MOST_TICKS - 1) || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((step) => step * power >= rough) ?? 10);
}
