import { groupBy } from "../../util/group-by.js";
import { DOSE_UNITS, type DoseUnit } from "./dose-units.js";

export const DOSE_ENDS = ["onset", "collapse", "width"] as const;
export type DoseEnd = (typeof DOSE_ENDS)[number];

/** One model's mean over questions of log2 of an end in each unit; null where it has no number. */
export interface ModelDoses {
  readonly model: string;
  readonly values: Readonly<Record<DoseUnit, number | null>>;
}

interface OrderComparison {
  readonly units: readonly [DoseUnit, DoseUnit];
  /** Kendall's tau between the two orders of the models; null where all are tied in one. */
  readonly tau: number | null;
}

export interface DoseOrder {
  readonly end: DoseEnd;
  readonly models: number;
  /** Every pair of units that all models have. */
  readonly comparisons: readonly OrderComparison[];
  /** Units in which every model has a number. */
  readonly units: readonly DoseUnit[];
  /** The different orders of the models, lowest first, each with the units in which they stand so. */
  readonly orders: readonly { readonly models: readonly string[]; readonly units: readonly DoseUnit[] }[];
}

/** Whether the order of the models depends on the unit. A unit in which some model has no number is left out. */
export function doseOrder(end: DoseEnd, models: readonly ModelDoses[]): DoseOrder {
  const units = DOSE_UNITS.filter((unit) => models.every(({ values }) => values[unit] !== null));
  const column = (unit: DoseUnit) => models.map(({ values }) => values[unit] ?? 0);
  const comparisons = units.flatMap((a, i) =>
    units.slice(i + 1).map((b) => ({ units: [a, b] as const, tau: kendallTau(column(a), column(b)) })),
  );
  const orders = groupBy(units, (unit) => JSON.stringify(orderIn(models, unit)));
  return {
    ...{ end, models: models.length, comparisons, units },
    orders: [...orders.values()].map((of) => ({ models: orderIn(models, of[0] ?? "raw"), units: of })),
  };
}

function orderIn(models: readonly ModelDoses[], unit: DoseUnit): string[] {
  return models.toSorted((a, b) => (a.values[unit] ?? 0) - (b.values[unit] ?? 0)).map(({ model }) => model);
}

/** Kendall's tau-b of two columns of the same length; null if all values of one are tied. */
export function kendallTau(a: readonly number[], b: readonly number[]): number | null {
  let [s, untiedA, untiedB] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    for (let j = i + 1; j < a.length; j += 1) {
      const x = Math.sign((a[j] ?? 0) - (a[i] ?? 0));
      const y = Math.sign((b[j] ?? 0) - (b[i] ?? 0));
      s += x * y;
      untiedA += Math.abs(x);
      untiedB += Math.abs(y);
    }
  }
  const scale = Math.sqrt(untiedA * untiedB);
  return scale === 0 ? null : s / scale;
}
