import type { CurveOutcomes } from "../../statistics/curve.js";
import type { Cluster, OutcomeSeries } from "../../statistics/outcomes.js";
import type { Random } from "../../statistics/random.js";
import { normal, type Truth } from "./truth.js";

interface Cell {
  readonly strict: number[];
  readonly intact: number[];
  /** One list a task. */
  readonly tasks: number[][];
}

/** Samples of the unsteered model; shared by all methods, so they are not counted. */
export interface SimulatedBaseline {
  readonly question: number;
  readonly task: number;
}

/** A condition that answers by known curves: what a model and its scorers would have said. */
export class SimulatedCondition {
  readonly #cells = new Map<number, Cell>();
  readonly #baseline: Cell;
  samples = 0;

  constructor(
    readonly truth: Truth,
    baseline: SimulatedBaseline,
    readonly random: Random,
  ) {
    this.#baseline = emptyCell(truth);
    this.#fill(this.#baseline, Number.NEGATIVE_INFINITY, baseline.question, baseline.task, 0);
  }

  /** Takes samples at a strength; `task` is of each task. */
  sample(strength: number, question: number, task: number): void {
    const cell = this.#cells.get(strength) ?? emptyCell(this.truth);
    this.#cells.set(strength, cell);
    this.#fill(cell, Math.log2(strength), question, task, this.truth.eta);
    this.samples += question + task * cell.tasks.length;
  }

  #fill(cell: Cell, x: number, question: number, task: number, eta: number): void {
    const { random, truth } = this;
    const intact = truth.intact(x);
    const rise = eta === 0 ? truth.rise(x) : alike(truth.rise(x), eta, random);
    for (let i = 0; i < question; i += 1) {
      const whole = Number(random() < intact);
      cell.intact.push(whole);
      cell.strict.push(whole * Number(random() < rise));
    }
    truth.tasks(x).forEach((rate, i) => {
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

function emptyCell(truth: Truth): Cell {
  return { strict: [], intact: [], tasks: truth.tasks(0).map(() => []) };
}

/** A rate that one strength's answers share: beta with this mean and concentration 1 / eta^2 - 1. */
function alike(rate: number, eta: number, random: Random): number {
  if (rate <= 0 || rate >= 1) return rate;
  const concentration = 1 / (eta * eta) - 1;
  const hit = gamma(rate * concentration, random);
  const miss = gamma((1 - rate) * concentration, random);
  return hit + miss > 0 ? hit / (hit + miss) : rate;
}

/** Marsaglia and Tsang (2000), with their power for shapes below 1. */
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
