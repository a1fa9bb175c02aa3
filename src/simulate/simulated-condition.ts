import type { CurveOutcomes } from "../statistics/curve.js";
import { meanOf } from "../statistics/moments.js";
import type { Cluster, OutcomeSeries } from "../statistics/outcomes.js";
import type { Random } from "../util/random.js";
import { normal, type Truth } from "./truth.js";

const UNSTEERED = Number.NEGATIVE_INFINITY;

interface Cell {
  readonly strict: number[];
  readonly intact: number[];
  /** One list for each task. */
  readonly tasks: number[][];
  /** Rates that all samples of the cell share. */
  readonly rates: { readonly rise: number; readonly intact: number; readonly tasks: readonly number[] };
}

/** Samples of the unsteered model; shared by all methods, so they are not counted. */
interface SimulatedBaseline {
  readonly question: number;
  readonly task: number;
}

/** A condition that answers by known curves, in place of a model and its scorers. */
export class SimulatedCondition {
  readonly #cells = new Map<number, Cell>();
  readonly #baseline: Cell;
  samples = 0;

  constructor(
    readonly truth: Truth,
    baseline: SimulatedBaseline,
    readonly random: Random,
  ) {
    this.#baseline = emptyCell({
      rise: truth.rise(UNSTEERED),
      intact: truth.intact(UNSTEERED),
      tasks: truth.tasks(UNSTEERED),
    });
    this.#fill(this.#baseline, baseline.question, baseline.task);
  }

  /** Takes samples at a strength; `task` is the number for each task. */
  sample(strength: number, question: number, task: number): void {
    const cell = this.#cells.get(strength) ?? emptyCell(this.#ratesAt(Math.log2(strength)));
    this.#cells.set(strength, cell);
    this.#fill(cell, question, task);
    this.samples += question + task * cell.tasks.length;
  }

  #ratesAt(x: number): Cell["rates"] {
    const { random, truth } = this;
    const { rise, intact, tasks } = truth.overdispersion;
    const rates = truth.tasks(x);
    const expected = meanOf(rates);
    const factor = expected > 0 ? alike(expected, tasks, random) / expected : 1;
    return {
      rise: alike(truth.rise(x), rise, random),
      intact: alike(truth.intact(x), intact, random),
      tasks: rates.map((rate) => Math.min(1, factor * rate)),
    };
  }

  #fill({ rates, ...cell }: Cell, question: number, task: number): void {
    const { random } = this;
    for (let i = 0; i < question; i += 1) {
      const whole = Number(random() < rates.intact);
      cell.intact.push(whole);
      cell.strict.push(whole * Number(random() < rates.rise));
    }
    rates.tasks.forEach((rate, i) => {
      for (let n = 0; n < task; n += 1) cell.tasks[i]?.push(Number(random() < rate));
    });
  }

  outcomes(): CurveOutcomes {
    const cells = [...this.#cells].toSorted(([a], [b]) => a - b);
    const series = (clusters: (cell: Cell) => Cluster[]): OutcomeSeries => {
      const filled = cells.filter(([, cell]) => clusters(cell).some(({ values }) => values.length > 0));
      return {
        strengths: filled.map(([strength]) => strength),
        points: filled.map(([, cell]) => clusters(cell)),
        baseline: clusters(this.#baseline),
      };
    };
    const strict = series((cell) => [{ id: "question", values: [...cell.strict] }]);
    return {
      axis: "log",
      contains: strict,
      strict,
      intact: series((cell) => [{ id: "question", values: [...cell.intact] }]),
      capability: series((cell) => cell.tasks.map((values, i) => ({ id: `task-${i}`, values: [...values] }))),
    };
  }
}

function emptyCell(rates: Cell["rates"]): Cell {
  return { rates, strict: [], intact: [], tasks: rates.tasks.map(() => []) };
}

/** A rate that one strength's answers share: beta with this mean and concentration 1 / eta^2 - 1. */
function alike(rate: number, eta: number, random: Random): number {
  if (eta === 0 || rate <= 0 || rate >= 1) return rate;
  const concentration = 1 / (eta * eta) - 1;
  const hit = gamma(rate * concentration, random);
  const miss = gamma((1 - rate) * concentration, random);
  return hit + miss > 0 ? hit / (hit + miss) : rate;
}

/** Marsaglia and Tsang (2000), with their power transform for shapes below 1. */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = normal(random);
    const v = (1 + c * z) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v;
  }
}
