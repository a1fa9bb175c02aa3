/** What widths, and intervals of ends, are measured in: octaves, or strength where its axis is linear. */
export function widthUnit(axes: Iterable<"log" | "linear">): string {
  const all = new Set(axes);
  if (!all.has("linear")) return "octaves";
  return all.has("log") ? "octaves, or strength on a linear axis" : "strength";
}
