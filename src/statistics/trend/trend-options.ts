export interface TrendOptions {
  /** Scale of the half-Cauchy priors of all sds, in the estimand's unit; the slope's prior sd is twice it. */
  readonly scale: number;
  readonly confidence: number;
  /** Seeds the chains. */
  readonly key: string;
  /** Draws kept of each of the four chains, and as many again thrown away half. */
  readonly draws: number;
}
/**
 * One estimate that the trend is drawn through: of one vector of one question at one rung. `below` and `above`: known
 * only to lie beyond `limit` (never steered lies below it, never collapsed above).
 */
export type TrendCell = {
  readonly question: string;
  readonly model: string;
  readonly parameters: number;
  /** Fitted vector; 0 where one vector, or several pooled, make the estimate. */
  readonly vector: number;
} & (
  | { readonly kind: "at"; readonly mean: number; readonly sd: number }
  | { readonly kind: "below" | "above"; readonly limit: number }
);
