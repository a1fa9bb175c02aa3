import { expect, test } from "vitest";
import {
  committedPieces,
  halves,
  type Piece,
  type PieceState,
  pendingPieces,
} from "../../../src/run/blocks/pieces.js";

const block: Piece = { id: "b7", index: 7, kind: "generate", model: "m", first: 100, count: 5 };

function state(committed: string[], quarantined: string[] = []): PieceState {
  const known = [...committed, ...quarantined];
  return {
    isCommitted: (id) => committed.includes(id),
    isQuarantined: (id) => quarantined.includes(id),
    isSplit: (id) => known.some((other) => other.startsWith(`${id}.`)),
  };
}

test("halves cover the piece without overlap, the first the larger", () => {
  expect(halves(block).map(({ first, count }) => [first, count])).toEqual([
    [100, 3],
    [103, 2],
  ]);
});

test("an untouched block is pending whole, a committed one not at all", () => {
  expect(pendingPieces(block, state([]))).toEqual([block]);
  expect(pendingPieces(block, state(["b7"]))).toEqual([]);
});

test("of a block that was split, only what is neither committed nor quarantined is pending", () => {
  const split = state(["b7.0", "b7.1.0"], ["b7.1.1"]);
  expect(pendingPieces(block, split)).toEqual([]);
  expect(pendingPieces(block, state(["b7.0"])).map((piece) => piece.id)).toEqual(["b7.1"]);
  expect(committedPieces(block, split).map((piece) => piece.id)).toEqual(["b7.0", "b7.1.0"]);
});
