import type { Cell } from "../../plan/plan.js";

/** Converts a configured strength to the edit's own and to a share of the median residual norm. */
export interface StrengthScale {
  /** |v|, or null where the direction has no single vector. */
  readonly vectorNorm: number | null;
  /** Median residual norm after the layer over the question prompts. */
  readonly residNorm: number;
}

export interface Strength {
  readonly raw: number;
  readonly resid: number | null;
}

/**
 * `resid` is the share c |v| / r of the median residual norm r; `raw` is c itself.
 *
 * @throws Error if a strength in `resid` has no vector norm.
 */
export function strengthIn(
  cell: Pick<Cell, "id" | "vector" | "strength" | "unit">,
  scale: StrengthScale,
): Strength | null {
  if (cell.strength === null) return null;
  const { vectorNorm, residNorm } = scale;
  if (cell.unit === "resid") {
    if (vectorNorm === null || vectorNorm === 0) {
      throw new Error(`cell ${cell.id}: unit resid needs a vector with a norm, and ${cell.vector} has none`);
    }
    return { raw: (cell.strength * residNorm) / vectorNorm, resid: cell.strength };
  }
  return { raw: cell.strength, resid: vectorNorm === null ? null : (cell.strength * vectorNorm) / residNorm };
}
