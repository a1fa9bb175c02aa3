import { highestOf, lowestOf } from "../extremes.js";
/** Where a forecast curve crosses its level, or why it has no strength. */
export type CurveEnd =
  | { readonly name: "at"; readonly strength: number }
  | { readonly name: "never" | "at_lowest" | "not_asked" };

/** One forecast of a vector on one question, by which layers are ranked. */
interface LayerForecast {
  readonly layer: number;
  readonly onset: CurveEnd;
  readonly collapse: CurveEnd;
  readonly axis: "log" | "linear";
}

interface RankedLayer {
  readonly layer: number;
  /** Mean over the rows. Never steered counts as one below the narrowest width, never collapsed as one above the widest. */
  readonly score: number;
}

/**
 * log2(collapse / onset) in octaves (collapse - onset on a linear axis), signed. Minus infinity where the onset is never
 * reached or the model collapses at the lowest strength, plus infinity where it never collapses or is steered at the
 * lowest; null where neither end decides, or one was not asked.
 */
export function forecastWidth({ onset, collapse, axis }: Omit<LayerForecast, "layer">): number | null {
  if (onset.name === "not_asked" || collapse.name === "not_asked") return null;
  if (onset.name === "at" && collapse.name === "at") {
    return axis === "log"
      ? Math.log2(collapse.strength / onset.strength)
      : collapse.strength - onset.strength;
  }
  if (onset.name === collapse.name) return null;
  return onset.name === "never" || collapse.name === "at_lowest"
    ? Number.NEGATIVE_INFINITY
    : Number.POSITIVE_INFINITY;
}

/** The layers of one model and method by forecast width, widest first; of equal ones the shallower comes first. */
export function rankLayers(rows: readonly LayerForecast[]): readonly RankedLayer[] {
  const widths = rows.map((row) => ({
    layer: row.layer,
    width: forecastWidth(row) ?? Number.NEGATIVE_INFINITY,
  }));
  const finite = widths.map(({ width }) => width).filter(Number.isFinite);
  const low = Math.min(0, lowestOf(finite)) - 1;
  const high = Math.max(0, highestOf(finite)) + 1;
  const layers = [...new Set(widths.map(({ layer }) => layer))];
  return layers
    .map((layer) => {
      const own = widths.filter((row) => row.layer === layer);
      const total = own.reduce((sum, { width }) => sum + Math.min(high, Math.max(low, width)), 0);
      return { layer, score: total / own.length };
    })
    .sort((a, b) => b.score - a.score || a.layer - b.layer);
}
