import type { LayerOrder } from "../../../analysis/forecast/layer-orders.js";
import { formatSigned } from "../../words/format.js";

/**
 * The order of each model's layers by forecast width, and how it agrees with linear accessibility (A_lin, arXiv
 * 2604.15557), and both with sampled widths where several layers were sampled. Empty where no model has several layers.
 */
export function layerText(orders: readonly LayerOrder[]): string {
  if (orders.length === 0) return "";
  return [
    "Layers by forecast width (mean over questions), widest first; rho is Spearman's over the layers:",
    ...orders.map((order) => `  ${order.model} ${order.method}: ${layerLine(order)}`),
  ].join("\n");
}

function layerLine({ layers, accessibility, sampled }: LayerOrder): string {
  const rho = (value: number | null) => (value === null ? "\u2013" : formatSigned(value));
  const facts = [
    layers.join(" > "),
    accessibility === null
      ? ""
      : `A_lin peaks at ${accessibility.peaks.join(", ")}, rho with width ${rho(accessibility.rhoWidth)}`,
    sampled === null
      ? ""
      : `rho with sampled width: forecast ${rho(sampled.rhoForecast)}, A_lin ${rho(sampled.rhoAccessibility)}`,
  ];
  return facts.filter((text) => text !== "").join("; ");
}
