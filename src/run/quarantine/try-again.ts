import type { Manifest } from "../../store/manifest.js";
import type { QuarantinedPiece } from "../../store/quarantine.js";
import type { Logs } from "../blocks/block-options.js";
import { wholesOf } from "../blocks/pieces.js";

/** What a later start tries once more. */
export const machinesFault = (pieces: readonly QuarantinedPiece[]): readonly QuarantinedPiece[] =>
  pieces.filter(({ fault }) => fault === "machine");

/** What is quarantined still: without what a later start has committed. */
export function stillMissing(
  pieces: readonly QuarantinedPiece[],
  { samples, measurements }: Logs,
): readonly QuarantinedPiece[] {
  return pieces.filter(
    ({ block }) => ![block, ...wholesOf(block)].some((id) => samples.has(id) || measurements.has(id)),
  );
}

/**
 * Ids of the samples that a search goes on without, though they may be there by now: it chose rounds, or ended, while
 * they were missing, and must choose the same again whenever it is gone through.
 *
 * @param rounds rounds that are chosen by now.
 */
export function chosenWithout(before: Manifest, rounds: number, logs: Logs): readonly string[] {
  const late = stillMissing(machinesFault(before.quarantined), logs).filter(
    (piece) => piece.of === "samples" && (before.status === "finished" || piece.rounds < rounds),
  );
  return [...new Set([...before.chosen_without, ...late.flatMap(({ ids }) => ids)])];
}
