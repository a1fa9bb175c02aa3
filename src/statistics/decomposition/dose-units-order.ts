import { DOSE_UNITS, type DoseUnit } from "./dose-units.js";

export const DOSE_ENDS = ["onset", "collapse", "width"] as const;
export type DoseEnd = (typeof DOSE_ENDS)[number];

/** One model's mean over questions of log2 of an end in each unit; null where it has no number. */
export interface ModelDoses {
  readonly model: string;
  readonly values: Readonly<Record<DoseUnit, number | null>>;
}

export interface OrderComparison {
  readonly units: readonly [DoseUnit, DoseUnit];
  /** Kendall's tau between the two orders of the models; null where all are tied in one. */
  readonly tau: number | null;
}

export interface DoseOrder {
  readonly end: DoseEnd;
  readonly models: number;
  /** Every pair of units that all models have. */
  readonly comparisons: readonly OrderComparison[];
  /** Whether the order depends on the unit, in words. */
  readonly sentence: string;
}

/** Whether the order of the models depends on the unit. A unit in which some model has no number is left out. */
export function doseOrder(end: DoseEnd, models: readonly ModelDoses[]): DoseOrder {
  const units = DOSE_UNITS.filter((unit) => models.every(({ values }) => values[unit] !== null));
  const column = (unit: DoseUnit) => models.map(({ values }) => values[unit] ?? 0);
  const comparisons = units.flatMap((a, i) =>
    units.slice(i + 1).map((b) => ({ units: [a, b] as const, tau: kendallTau(column(a), column(b)) })),
  );
  const orders = new Map<string, DoseUnit[]>();
  for (const unit of units) {
    const order = models
      .toSorted((a, b) => (a.values[unit] ?? 0) - (b.values[unit] ?? 0))
      .map(({ model }) => model)
      .join(" < ");
    orders.set(order, [...(orders.get(order) ?? []), unit]);
  }
  return { end, models: models.length, comparisons, sentence: sentenceOf(end, models.length, units, orders) };
}

function sentenceOf(
  end: DoseEnd,
  models: number,
  units: readonly DoseUnit[],
  orders: ReadonlyMap<string, readonly DoseUnit[]>,
): string {
  const missing = DOSE_UNITS.filter((unit) => !units.includes(unit));
  const left = missing.length === 0 ? "" : ` Not every model has a number in ${listed(missing)}.`;
  if (models < 2) return `One model has no order by ${end}.`;
  if (units.length < 2)
    return `Whether the order of the models by ${end} depends on the unit cannot be told.${left}`;
  const shown = [...orders].map(([order, of]) => `${order} in ${listed(of)}`).join("; ");
  const verdict = orders.size === 1 ? "does not depend on the unit" : "depends on the unit";
  return `The order of the models by ${end} ${verdict}: ${shown}.${left}`;
}

function listed(units: readonly string[]): string {
  return units.length < 2 ? (units[0] ?? "") : `${units.slice(0, -1).join(", ")} and ${units.at(-1)}`;
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
