export interface TrendOptions {
  /** Scale of the half-Cauchy priors of all sds, in the estimand's unit; the slope's prior sd is twice it. */
  readonly scale: number;
  readonly confidence: number;
  /** Seeds the chains. */
  readonly key: string;
  /** Draws kept from each of the four chains, after half as many that are discarded. */
  readonly draws: number;
}
/**
 * One estimate that enters the trend: one vector of one question at one rung. `below` and `above` are known only to lie
 * beyond `limit` (never steered below it, never collapsed above it).
 */
export type TrendCell = {
  readonly question: string;
  readonly model: string;
  readonly parameters: number;
  /** Index of the fitted vector; 0 if the estimate comes from one vector or several pooled. */
  readonly vector: number;
} & (
  | { readonly kind: "at"; readonly mean: number; readonly sd: number }
  | { readonly kind: "below" | "above"; readonly limit: number }
);
