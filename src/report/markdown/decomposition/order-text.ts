import { DOSE_UNITS } from "../../../statistics/decomposition/dose-units.js";
import type { DoseOrder } from "../../../statistics/decomposition/dose-units-order.js";

/** One sentence on whether the order of the models depends on the unit. */
export function orderSentence({ end, models, units, orders }: DoseOrder): string {
  const missing = DOSE_UNITS.filter((unit) => !units.includes(unit));
  const left = missing.length === 0 ? "" : ` Not every model has a number in ${listed(missing)}.`;
  if (models < 2) return `One model has no order by ${end}.`;
  if (units.length < 2)
    return `Whether the order of the models by ${end} depends on the unit cannot be told.${left}`;
  const shown = orders.map((order) => `${order.models.join(" < ")} in ${listed(order.units)}`).join("; ");
  const verdict = orders.length === 1 ? "does not depend on the unit" : "depends on the unit";
  return `The order of the models by ${end} ${verdict}: ${shown}.${left}`;
}

function listed(units: readonly string[]): string {
  return units.length < 2 ? (units[0] ?? "") : `${units.slice(0, -1).join(", ")} and ${units.at(-1)}`;
}
