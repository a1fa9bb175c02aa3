/** Rows of the three Arrow tables; docs/results-format.md says what each column means. */

export interface SampleRow {
  readonly plan_index: number;
  readonly sample_id: string;
  readonly block_id: string;
  readonly cell_id: string;
  readonly model: string;
  readonly parameters: number;
  readonly role: "baseline" | "method" | "control";
  readonly method: string | null;
  readonly question: string | null;
  readonly vector_id: string | null;
  readonly draw: number | null;
  readonly layer: number | null;
  readonly positions: string | null;
  readonly strength: number | null;
  readonly unit: string | null;
  readonly strength_raw: number | null;
  readonly strength_resid: number | null;
  readonly prompt_kind: "question" | "task";
  readonly prompt_id: string;
  readonly capability: string | null;
  readonly sample_index: number;
  readonly text: string;
  readonly token_ids: readonly number[];
  readonly prompt_tokens: number;
  readonly stop: "end" | "length" | "stop" | "error";
  readonly error: string | null;
  readonly applied_norm: number | null;
  readonly worker: string;
  readonly attempt: number;
  readonly lease: number;
  readonly realised_rows: number;
  readonly block_seconds: number;
}

export interface MeasurementRow {
  readonly plan_index: number;
  readonly measurement_id: string;
  readonly block_id: string;
  readonly cell_id: string;
  readonly model: string;
  readonly method: string | null;
  readonly question: string | null;
  readonly vector_id: string | null;
  readonly draw: number | null;
  readonly layer: number | null;
  readonly positions: string | null;
  readonly strength: number | null;
  readonly unit: string | null;
  readonly strength_raw: number | null;
  readonly strength_resid: number | null;
  readonly prompt_id: string;
  readonly name: string;
  readonly answer_role: "right" | "target";
  readonly continuation: string;
  readonly n_tokens: number;
  /** Sum over the continuation's tokens, in nats; null for NaN or infinite logits. */
  readonly logprob: number | null;
  readonly token_logprobs: readonly number[];
  readonly error: string | null;
  readonly worker: string;
  readonly attempt: number;
  readonly lease: number;
}

export interface ScoreRow {
  readonly plan_index: number;
  readonly sample_id: string;
  readonly scorer: string;
  readonly scorer_version: number;
  readonly value: number | null;
  readonly label: string | null;
  readonly reason: string | null;
}
