import { type Random, seededRandom } from "../../util/random.js";
import { type TrendData, toTrendData } from "./hierarchical-trend-data.js";
import { drawLine, type Line, type LinePoint } from "./hierarchical-trend-line.js";
import { sliceUpdate, standardNormal, truncatedNormal } from "./hierarchical-trend-random.js";
import type { TrendCell, TrendOptions } from "./trend-options.js";

/** Draws by chain; null where a spread is not in the model. */
export interface Chains {
  readonly slope: readonly Float64Array[];
  readonly question: readonly Float64Array[] | null;
  readonly rung: readonly Float64Array[];
  readonly interaction: readonly Float64Array[] | null;
  readonly vector: readonly Float64Array[] | null;
}

/** Standard deviations of the current iteration; 0 where one is not in the model. */
interface Spreads {
  question: number;
  rung: number;
  interaction: number;
  vector: number;
}

const CHAINS = 4;
/** Prior sd of the level in scales: effectively flat. */
const LEVEL = 40;
/** Prior sd of the slope in scales. */
const SLOPE = 2;
/** Smallest sampling sd in scales. */
const LEAST_NOISE = 1e-3;

/**
 * Gibbs sampling of the trend, four chains from scattered starts. The sds are slice-sampled with as much as possible
 * integrated out (the windows' and vectors' effects; for the rungs' sd also level, slope and rung effects), because a
 * sampler that conditions on the effects of few rungs gets stuck near an sd of 0. Values of censored cells are drawn.
 * With a single question, rung effects and window effects are the same.
 */
export function sampleTrend(
  cells: readonly TrendCell[],
  rungScale: number,
  { scale, key, draws }: TrendOptions,
): Chains {
  const results = Array.from({ length: CHAINS }, (_, chain) =>
    runChain(
      toTrendData(cells, LEAST_NOISE * scale),
      scale,
      rungScale,
      draws,
      seededRandom(`${key}/${chain}`),
    ),
  );
  const read = (name: keyof Spreads) => results.map((result) => result[name]);
  const { questions, severalVectors } = toTrendData(cells, LEAST_NOISE * scale);
  const single = questions === 1;
  return {
    slope: results.map(({ slope }) => slope),
    question: single ? null : read("question"),
    rung: single ? read("interaction") : read("rung"),
    interaction: single ? null : read("interaction"),
    vector: severalVectors ? read("vector") : null,
  };
}

type ChainDraws = { readonly [Name in keyof Spreads | "slope"]: Float64Array };

function runChain(
  data: TrendData,
  scale: number,
  rungScale: number,
  draws: number,
  random: Random,
): ChainDraws {
  const single = data.questions === 1;
  const start = () => scale * Math.exp(standardNormal(random));
  const spreads: Spreads = {
    question: single ? 0 : start(),
    rung: single ? 0 : start(),
    interaction: start(),
    vector: data.severalVectors ? start() : 0,
  };
  const scales = { ...equal(scale), rung: rungScale, ...(single ? { interaction: rungScale } : {}) };
  const kept: ChainDraws = {
    slope: new Float64Array(draws),
    question: new Float64Array(draws),
    rung: new Float64Array(draws),
    interaction: new Float64Array(draws),
    vector: new Float64Array(draws),
  };
  const thrown = Math.ceil(draws / 2);
  let line: Line = {
    level: 0,
    slope: 0,
    rungs: data.x.map(() => 0),
    questions: Array.from({ length: data.questions }, () => 0),
  };
  for (let i = -thrown; i < draws; i += 1) {
    if (i > -thrown) drawSpreads(data, line, spreads, scales, scale, random);
    line = drawLine(
      linePoints(data, pool(data, spreads.vector), spreads.interaction),
      {
        x: data.x,
        questions: data.questions,
        levelSd: LEVEL * scale,
        slopeSd: SLOPE * scale,
        rungSd: single ? scale * 1e-6 : spreads.rung,
        questionSd: spreads.question,
      },
      random,
    );
    drawCensored(data, line, spreads, random);
    if (i < 0) continue;
    kept.slope[i] = line.slope;
    for (const name of ["question", "rung", "interaction", "vector"] as const) kept[name][i] = spreads[name];
  }
  return kept;
}

function equal(scale: number): Spreads {
  return { question: scale, rung: scale, interaction: scale, vector: scale };
}

/** Windows whose vectors' effects are integrated out; one entry for each window. */
interface Pooled {
  readonly means: Float64Array;
  readonly variances: Float64Array;
  /** Log density of all vectors about their windows' means. */
  readonly logWithin: number;
}

function pool({ groups }: TrendData, vector: number): Pooled {
  const means = new Float64Array(groups.length);
  const variances = new Float64Array(groups.length);
  const spread = vector ** 2;
  let logWithin = 0;
  groups.forEach(({ cells }, i) => {
    const [only] = cells;
    if (only !== undefined && cells.length === 1) {
      // A censored cell's drawn value is exact, so its precision may be infinite.
      means[i] = only.value;
      variances[i] = only.noise + spread;
      return;
    }
    let precision = 0;
    let sum = 0;
    let product = 1;
    for (const { noise, value } of cells) {
      const weight = 1 / (noise + spread);
      precision += weight;
      sum += weight * value;
      product *= weight;
    }
    means[i] = sum / precision;
    variances[i] = 1 / precision;
    let squares = 0;
    for (const { noise, value } of cells) squares += (value - sum / precision) ** 2 / (noise + spread);
    logWithin += (Math.log(product / precision) - squares) / 2;
  });
  return { means, variances, logWithin };
}

/** Each window's value and its precision about the line. */
function linePoints({ groups }: TrendData, { means, variances }: Pooled, interaction: number): LinePoint[] {
  return groups.map(({ question, rung }, i) => {
    const total = (variances[i] ?? 0) + interaction ** 2;
    return { question, rung, value: means[i] ?? 0, precision: 1 / total };
  });
}

function drawSpreads(
  data: TrendData,
  line: Line,
  spreads: Spreads,
  scales: Spreads,
  scale: number,
  random: Random,
): void {
  const update = (name: keyof Spreads, logLikelihood: (sd: number) => number) => {
    const logDensity = (x: number) => {
      const sd = Math.exp(x);
      return logLikelihood(sd) - Math.log(1 + (sd / scales[name]) ** 2) + x;
    };
    const bounds = { low: Math.log(scale * 1e-3), high: Math.log(scale * 100), step: 1.5 };
    spreads[name] = Math.exp(sliceUpdate(random, Math.log(spreads[name]), logDensity, bounds));
  };
  const fitted = data.groups.map(({ question, rung }) => fittedAt(data, line, question, rung));
  if (data.severalVectors) {
    update("vector", (sd) => windowsDensity(pool(data, sd), fitted, spreads.interaction));
  }
  const pooled = pool(data, spreads.vector);
  update("interaction", (sd) => windowsDensity(pooled, fitted, sd));
  if (data.questions === 1) return;
  update("question", (sd) => centredDensity(line.questions, sd));
  const points = linePoints(data, pooled, spreads.interaction);
  const means = rungMeans(points, line.questions, data.x.length);
  update("rung", (sd) => rungsDensity(means, data.x, sd, scale));
}

function fittedAt({ x }: TrendData, line: Line, question: number, rung: number): number {
  return line.level + line.slope * (x[rung] ?? 0) + (line.rungs[rung] ?? 0) + (line.questions[question] ?? 0);
}

/** Log density of all windows about the line, their own and their vectors' effects integrated out. */
function windowsDensity(
  { means, variances, logWithin }: Pooled,
  fitted: readonly number[],
  interaction: number,
): number {
  const spread = interaction ** 2;
  let sum = 0;
  for (let i = 0; i < means.length; i += 1) {
    const total = (variances[i] ?? 0) + spread;
    sum += Math.log(total) + ((means[i] ?? 0) - (fitted[i] ?? 0)) ** 2 / total;
  }
  return logWithin - sum / 2;
}

function centredDensity(effects: readonly number[], sd: number): number {
  const squares = effects.reduce((sum, effect) => sum + effect ** 2, 0);
  return -effects.length * Math.log(sd) - squares / (2 * sd * sd);
}

interface RungMean {
  readonly mean: number;
  readonly variance: number;
}

/** Mean of each rung's windows, question effects taken off; null for a rung without windows. */
function rungMeans(
  points: readonly LinePoint[],
  questions: readonly number[],
  rungs: number,
): (RungMean | null)[] {
  return Array.from({ length: rungs }, (_, rung) => {
    let precision = 0;
    let sum = 0;
    for (const point of points) {
      if (point.rung !== rung) continue;
      precision += point.precision;
      sum += point.precision * (point.value - (questions[point.question] ?? 0));
    }
    return precision === 0 ? null : { mean: sum / precision, variance: 1 / precision };
  });
}

/** Log density of the rungs' means; level, slope and rung effects integrated out. */
function rungsDensity(
  means: readonly (RungMean | null)[],
  x: readonly number[],
  sd: number,
  scale: number,
): number {
  let [a, b, c] = [(LEVEL * scale) ** -2, 0, (SLOPE * scale) ** -2];
  let [h, k, rest] = [0, 0, 0];
  means.forEach((rung, i) => {
    if (rung === null) return;
    const weight = 1 / (rung.variance + sd * sd);
    const at = x[i] ?? 0;
    a += weight;
    b += weight * at;
    c += weight * at * at;
    h += weight * rung.mean;
    k += weight * at * rung.mean;
    rest += Math.log(weight) - weight * rung.mean ** 2;
  });
  const determinant = a * c - b * b;
  return (rest - Math.log(determinant) + (c * h * h - 2 * b * h * k + a * k * k) / determinant) / 2;
}

/** Draws the value of every censored cell, after its window's. */
function drawCensored(data: TrendData, line: Line, { interaction, vector }: Spreads, random: Random): void {
  const { means, variances } = pool(data, vector);
  data.groups.forEach(({ question, rung, cells }, i) => {
    if (cells.every(({ censored }) => censored === null)) return;
    const fitted = fittedAt(data, line, question, rung);
    const sd = data.severalVectors ? vector : interaction;
    let window = fitted;
    if (data.severalVectors) {
      const variance = variances[i] ?? 0;
      const precision = 1 / variance + interaction ** -2;
      const centre = ((means[i] ?? 0) / variance + fitted * interaction ** -2) / precision;
      window = centre + standardNormal(random) / Math.sqrt(precision);
    }
    for (const cell of cells) {
      if (cell.censored === null) continue;
      cell.value = truncatedNormal(random, window, sd, cell.censored.limit, cell.censored.side);
    }
  });
}
