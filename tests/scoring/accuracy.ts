/** How often a scorer agrees with a person, over responses that a person has labelled. */
export interface Accuracy {
  /** Responses that should score 1, and how many of them do. */
  readonly positives: number;
  readonly truePositives: number;
  /** Responses that should score 0, and how many of them do. */
  readonly negatives: number;
  readonly trueNegatives: number;
  /** Null where there is no response to judge by. */
  readonly sensitivity: number | null;
  readonly specificity: number | null;
}

/** Compares 0/1 scores with what a person says they should be. */
export function accuracy(
  pairs: readonly { readonly expected: boolean; readonly scored: boolean }[],
): Accuracy {
  const positives = pairs.filter(({ expected }) => expected);
  const negatives = pairs.filter(({ expected }) => !expected);
  const truePositives = positives.filter(({ scored }) => scored).length;
  const trueNegatives = negatives.filter(({ scored }) => !scored).length;
  return {
    positives: positives.length,
    truePositives,
    negatives: negatives.length,
    trueNegatives,
    sensitivity: positives.length === 0 ? null : truePositives / positives.length,
    specificity: negatives.length === 0 ? null : trueNegatives / negatives.length,
  };
}
