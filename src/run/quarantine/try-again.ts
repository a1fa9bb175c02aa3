import type { Manifest } from "../../store/manifest.js";
import type { QuarantinedPiece } from "../../store/quarantine.js";
import type { Logs } from "../blocks/block-options.js";
import { wholesOf } from "../blocks/pieces.js";

/** The pieces that a later start retries. */
export const machinesFault = (pieces: readonly QuarantinedPiece[]): readonly QuarantinedPiece[] =>
  pieces.filter(({ fault }) => fault === "machine");

/** The pieces that are still quarantined, without those that a later start has committed. */
export function stillMissing(
  pieces: readonly QuarantinedPiece[],
  { samples, measurements }: Logs,
): readonly QuarantinedPiece[] {
  return pieces.filter(
    ({ block }) => ![block, ...wholesOf(block)].some((id) => samples.has(id) || measurements.has(id)),
  );
}

/**
 * Ids of the samples that a search ignores although they may exist by now: it chose rounds, or ended, while they were
 * missing, and must choose the same again whenever it is replayed.
 *
 * @param rounds number of rounds that have been chosen so far.
 */
export function chosenWithout(before: Manifest, rounds: number, logs: Logs): readonly string[] {
  const late = stillMissing(machinesFault(before.quarantined), logs).filter(
    (piece) => piece.of === "samples" && (before.status === "finished" || piece.rounds < rounds),
  );
  return [...new Set([...before.chosen_without, ...late.flatMap(({ ids }) => ids)])];
}
