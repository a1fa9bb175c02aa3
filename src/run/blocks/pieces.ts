import type { Block } from "../../plan/plan.js";

/** A block, or a part that is tried by itself after the whole has failed. */
export type Piece = Block;

/** The state of a piece. */
export interface PieceState {
  isCommitted(id: string): boolean;
  isQuarantined(id: string): boolean;
  isSplit(id: string): boolean;
}

/** The two halves that a failed piece is retried in, to find the sample that spoils it. */
export function halves(piece: Piece): readonly [Piece, Piece] {
  const count = Math.ceil(piece.count / 2);
  return [
    { ...piece, id: `${piece.id}.0`, count },
    { ...piece, id: `${piece.id}.1`, first: piece.first + count, count: piece.count - count },
  ];
}

/** Ids of the larger pieces that contain a piece, the block itself last. */
export function wholesOf(id: string): readonly string[] {
  const wholes: string[] = [];
  for (let dot = id.lastIndexOf("."); dot > 0; dot = id.lastIndexOf(".", dot - 1))
    wholes.push(id.slice(0, dot));
  return wholes;
}

/** The pieces of a block that are still to be done, in plan order. */
export function pendingPieces(piece: Piece, state: PieceState): Piece[] {
  if (state.isCommitted(piece.id) || state.isQuarantined(piece.id)) return [];
  if (piece.count > 1 && state.isSplit(piece.id))
    return halves(piece).flatMap((half) => pendingPieces(half, state));
  return [piece];
}

/** The committed pieces of a block, in plan order. */
export function committedPieces(piece: Piece, state: PieceState): Piece[] {
  if (state.isCommitted(piece.id)) return [piece];
  if (piece.count > 1 && state.isSplit(piece.id))
    return halves(piece).flatMap((half) => committedPieces(half, state));
  return [];
}
