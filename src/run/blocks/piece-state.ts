import type { BlockOptions } from "./block-options.js";
import { type PieceState, wholesOf } from "./pieces.js";

/** The parts of the plan that are committed, split or quarantined when this is called. */
export function pieceState({ logs, book }: Pick<BlockOptions, "logs" | "book">): PieceState {
  const isCommitted = (id: string) => logs.samples.has(id) || logs.measurements.has(id);
  const { quarantined: pieces, starts } = book.current;
  // A fault of the machine is not retried in the start in which it occurred, but once in each later one.
  const settled = pieces.filter(({ fault, start }) => fault === "sample" || start === starts.length - 1);
  const quarantined = new Set(settled.map(({ block }) => block));
  const known = [...logs.samples.blocks, ...logs.measurements.blocks, ...quarantined];
  const split = new Set(known.flatMap(wholesOf));
  return { isCommitted, isQuarantined: (id) => quarantined.has(id), isSplit: (id) => split.has(id) };
}
