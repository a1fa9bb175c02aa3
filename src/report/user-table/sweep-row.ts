/** One row of a user's table: counts of one model, question and strength, and item where it has them. */
export interface SweepRow {
  readonly model: string;
  readonly parameters: number;
  readonly question: string;
  /** Null for the baseline. */
  readonly strength: number | null;
  readonly nTarget: number;
  readonly targetHits: number;
  readonly nCapability: number;
  readonly capabilityPasses: number;
  /** Task or item; null where the table has no such column. */
  readonly item: string | null;
}
