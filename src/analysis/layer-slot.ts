import type { ReportInput } from "./input.js";

/** Where a resolved layer stands in its method's list of layers, so that 0.75 of the depth is one thing over all sizes; 0 where the layer was chosen. */
export function layerSlot(
  { experiment, models }: Pick<ReportInput, "experiment" | "models">,
  {
    method,
    model,
    layer,
  }: { readonly method: string; readonly model: string; readonly layer: number | null },
): number {
  const found = experiment.methods.find(({ name }) => name === method);
  const depth = models[model]?.layers;
  if (
    layer === null ||
    found === undefined ||
    found.kind === "prompt" ||
    found.layers === "auto" ||
    depth === undefined
  )
    return 0;
  const slot = found.layers.findIndex((wanted) => resolve(wanted, depth) === layer);
  return Math.max(0, slot);
}

function resolve(layer: number, depth: number): number {
  return Number.isInteger(layer) ? layer : Math.floor(layer * depth);
}
