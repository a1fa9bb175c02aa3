import type { Response, Score, Verdict } from "./scorer.js";

export function verdict(hit: boolean, label: string | null = null, reason: string | null = null): Verdict {
  return { value: hit ? 1 : 0, label, reason };
}

/** The model's activations overflowed under the edit: a failure, whatever text there is. */
export function spoiled(): Verdict {
  return verdict(false, "non-finite logits", "the model gave non-finite logits");
}

/** Adds the scorer's name and version and the sample's id to a verdict. */
export function toScore(
  scorer: { readonly name: string; readonly version: number },
  response: Response,
  { value, label, reason }: Verdict,
): Score {
  return {
    sample_id: response.sample_id,
    scorer: scorer.name,
    scorer_version: scorer.version,
    value,
    label,
    reason,
  };
}

/** The missing score of a response whose scoring threw. */
export function unscored(cause: unknown): Verdict {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return { value: null, label: null, reason: `the scorer failed: ${reason}` };
}
