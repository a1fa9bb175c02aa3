import { likelihoodTable, TABLE_LENGTH, tablePlace } from "./beta-binomial.js";
import { WIDTH_LOGITS } from "./psychometric.js";
import { binomial, endOf, type GridModel, lapseDensity, type Point, rateOf } from "./psychometric-grid.js";

const LEAST = 1e-6;

/**
 * Log posterior density (up to a constant) at any point, under one overdispersion. Binomial counts are exact;
 * beta-binomial ones, whose likelihood is never narrow, are interpolated between tabulated rates.
 */
export function exactDensity(model: GridModel, eta: number): (point: Point) => number {
  const { shape, baseline, lapse } = model;
  const likelihood = eta === 0 ? binomialLikelihood(model) : tabulatedLikelihood(model, eta);
  return (point) => {
    const start = rateOf(point.start);
    const end = endOf(shape, start, rateOf(point.lapse));
    const prior = Math.log(lapseDensity(lapse, point.lapse));
    return prior + binomial(start, baseline) + likelihood(point, start, end - start);
  };
}

type Likelihood = (point: Point, start: number, by: number) => number;

function binomialLikelihood({ points }: GridModel): Likelihood {
  return (point, start, by) => {
    const slope = slopeAt(point);
    let log = 0;
    for (const { position, n, hits } of points) {
      const rate = start + by / (1 + Math.exp(slope * (point.threshold - position)));
      const p = Math.min(1 - LEAST, Math.max(LEAST, rate));
      log += hits * Math.log(p) + (n - hits) * Math.log(1 - p);
    }
    return log;
  };
}

function tabulatedLikelihood({ points }: GridModel, eta: number): Likelihood {
  const tables = points.map((point) => likelihoodTable(point, eta));
  return (point, start, by) => {
    const slope = slopeAt(point);
    let log = 0;
    points.forEach(({ position }, k) => {
      const place = tablePlace(start + by / (1 + Math.exp(slope * (point.threshold - position))));
      const cell = Math.min(TABLE_LENGTH - 2, Math.floor(place));
      const table = tables[k] as Float64Array;
      const low = table[cell] as number;
      log += low + (place - cell) * ((table[cell + 1] as number) - low);
    });
    return log;
  };
}

function slopeAt({ logWidth }: Point): number {
  return WIDTH_LOGITS / Math.exp(logWidth);
}
