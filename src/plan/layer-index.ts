/** The 0-based block that a config's layer means: an index as it is, a fraction f of depth as floor(f * layers). */
export function layerIndex(layer: number, layers: number): number {
  return Number.isInteger(layer) ? layer : Math.floor(layer * layers);
}
