/** A program to run: its source, the function asked for, and the arguments of each call. */
export interface Program {
  readonly source: string;
  readonly function: string;
  readonly calls: readonly (readonly unknown[])[];
}

export type Failure =
  | "no code"
  | "too long"
  | "syntax error"
  | "no function"
  | "raised"
  | "not plain"
  | "wrong value"
  | "timeout"
  | "stack overflow"
  | "exited"
  | "crashed"
  | "non-finite logits";

const DETAIL_CHARACTERS = 300;

/** The outcome of a program. `lost` is a fault of the machinery, never of the program. */
export type ProgramOutcome =
  | { readonly kind: "results"; readonly values: readonly unknown[] }
  | { readonly kind: "failed"; readonly failure: Failure; readonly detail: string }
  | { readonly kind: "lost"; readonly reason: string };

/** The detail may contain text from the program, and is cut to a length that fits a table. */
export function failed(failure: Failure, detail: string): ProgramOutcome {
  return { kind: "failed", failure, detail: detail.slice(0, DETAIL_CHARACTERS) };
}
