/** The unit of widths and of intervals of ends: octaves, or strength on a linear axis. */
export function widthUnit(axes: Iterable<"log" | "linear">): string {
  const all = new Set(axes);
  if (!all.has("linear")) return "octaves";
  return all.has("log") ? "octaves, or strength on a linear axis" : "strength";
}
