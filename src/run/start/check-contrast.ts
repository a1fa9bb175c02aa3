import type { ContrastPosition, Question, StatementPair } from "../../config/experiment.js";

type Tokenize = (texts: readonly string[]) => Promise<readonly (readonly number[])[]>;

/**
 * Whether a question's statements tokenize so that the contrast is read where the poles differ, or after it:
 * `last_token` pairs must differ before a last token that they share, `word` pairs must differ at their last word only.
 *
 * @returns one sentence for each problem.
 */
export async function checkContrast(question: Question, tokenize: Tokenize): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const position of ["last_token", "word"] as const) {
    const pair = question.contrast[position];
    if (pair === undefined) continue;
    const [positive, negative] = [await tokenize(pair.positive), await tokenize(pair.negative)];
    for (let index = 0; index < Math.min(positive.length, negative.length); index++) {
      const problem = pairProblem(position, positive[index] ?? [], negative[index] ?? []);
      if (problem !== null) problems.push(`contrast.${position} ${describe(pair, index)}: ${problem}`);
    }
    if (positive.length !== negative.length) {
      problems.push(
        `contrast.${position} has ${positive.length} positive and ${negative.length} negative statements; pair them`,
      );
    }
  }
  return problems;
}

function pairProblem(
  position: ContrastPosition,
  positive: readonly number[],
  negative: readonly number[],
): string | null {
  const firstDifference = positive.findIndex((id, index) => id !== negative[index]);
  if (firstDifference < 0 && positive.length === negative.length)
    return "both statements have the same tokens";
  const sameEnd = positive.at(-1) === negative.at(-1);
  if (position === "last_token") {
    return sameEnd
      ? null
      : "the last tokens differ, so the vector would hold the words themselves; end both with the same mark";
  }
  if (sameEnd) return "the last word is the same; the statements must end in the words that differ";
  const before = firstDifference < 0 ? Math.min(positive.length, negative.length) : firstDifference;
  const tail = Math.max(positive.length, negative.length) - before;
  return tail <= MAX_TAIL_TOKENS
    ? null
    : `the statements differ in their last ${tail} tokens, not only in their last word`;
}

/** An article and a word of a few subtokens. */
const MAX_TAIL_TOKENS = 6;

function describe(pair: StatementPair, index: number): string {
  return `pair ${index + 1} ("${pair.positive[index] ?? ""}" / "${pair.negative[index] ?? ""}")`;
}
