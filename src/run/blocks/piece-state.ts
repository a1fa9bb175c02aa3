import type { BlockOptions } from "./block-options.js";
import { type PieceState, wholesOf } from "./pieces.js";

/** What of the plan is committed, split or quarantined when this is called. */
export function pieceState({ logs, book }: Pick<BlockOptions, "logs" | "book">): PieceState {
  const isCommitted = (id: string) => logs.samples.has(id) || logs.measurements.has(id);
  const { quarantined: pieces, starts } = book.current;
  // What was the machine's fault is left alone in the start in which it was found, and tried once more in a later one.
  const settled = pieces.filter(({ fault, start }) => fault === "sample" || start === starts.length - 1);
  const quarantined = new Set(settled.map(({ block }) => block));
  const known = [...logs.samples.blocks, ...logs.measurements.blocks, ...quarantined];
  const split = new Set(known.flatMap(wholesOf));
  return { isCommitted, isQuarantined: (id) => quarantined.has(id), isSplit: (id) => split.has(id) };
}
