import type { Experiment } from "../config/experiment.js";
import type { Axis } from "./series.js";

/** Strengths between which the ends of a window are searched; an end above them is *never*. */
export interface SearchRange {
  readonly from: number;
  readonly to: number;
}

/**
 * A search's own range. Fixed strengths carry no information beyond their neighbourhood, so their range is extended by
 * only an octave at each end; on a linear axis by half of their span.
 */
export function searchRange(
  { methods }: Pick<Experiment, "methods">,
  method: string,
  tested: { readonly axis: Axis; readonly strengths: readonly number[] },
): SearchRange {
  const found = methods.find(({ name }) => name === method);
  if (found?.kind === "activation" && found.strengths.kind === "search") {
    return { from: found.strengths.from, to: found.strengths.to };
  }
  return aroundStrengths(tested);
}

export function aroundStrengths({
  axis,
  strengths,
}: {
  readonly axis: Axis;
  readonly strengths: readonly number[];
}): SearchRange {
  const lowest = strengths[0] ?? 1;
  const highest = strengths.at(-1) ?? 1;
  if (axis === "log") return { from: lowest / 2, to: highest * 2 };
  const half = (highest - lowest) / 2;
  return { from: lowest - half, to: highest + half };
}
