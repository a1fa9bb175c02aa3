import { z } from "zod";

/** A piece of a block that could not be done, and is missing from the tables. */
export const QuarantinedPiece = z.strictObject({
  block: z.string(),
  of: z.enum(["samples", "measurements"]),
  ids: z.array(z.string()),
  /**
   * `machine`: out of memory, or a worker that died, hung or was lost; a later start retries it. `sample`: its own
   * edit or prompt fails in any worker.
   */
  fault: z.enum(["machine", "sample"]),
  /** The failure's code, as in docs/protocol.md. */
  code: z.string(),
  reason: z.string(),
  /** Index in `starts` of the start that tried it last. */
  start: z.int(),
  /** Number of rounds of a search that had been chosen by then. */
  rounds: z.int(),
});

export type QuarantinedPiece = Readonly<z.infer<typeof QuarantinedPiece>>;

/** The quarantined samples and measurements with one reason. */
interface QuarantineReason extends Pick<QuarantinedPiece, "fault" | "code"> {
  /** Of the first of them. */
  readonly reason: string;
  readonly samples: number;
  readonly measurements: number;
}

/** Numbers of quarantined samples and measurements by reason, the most frequent first. */
export function quarantineReasons(pieces: readonly QuarantinedPiece[]): readonly QuarantineReason[] {
  const found = new Map<string, QuarantineReason>();
  for (const { fault, code, reason, of, ids } of pieces) {
    const key = `${fault} ${code}`;
    const before = found.get(key) ?? { fault, code, reason, samples: 0, measurements: 0 };
    found.set(key, { ...before, [of]: before[of] + ids.length });
  }
  return [...found.values()].toSorted((a, b) => total(b) - total(a));
}

/** "219 samples and 1 measurement". */
export function quarantineCount(pieces: readonly QuarantinedPiece[]): string {
  const count = (of: QuarantinedPiece["of"]) =>
    pieces.reduce((sum, piece) => sum + (piece.of === of ? piece.ids.length : 0), 0);
  return countText({ samples: count("samples"), measurements: count("measurements") });
}

/** Of a finished run. */
export const exitCodeOf = (pieces: readonly QuarantinedPiece[]): number => (pieces.length > 0 ? 3 : 0);

const total = ({ samples, measurements }: Pick<QuarantineReason, "samples" | "measurements">): number =>
  samples + measurements;

/** Like `quarantineCount`, from counts. */
export function countText(counts: Pick<QuarantineReason, "samples" | "measurements">): string {
  return (["samples", "measurements"] as const)
    .filter((of) => counts[of] > 0)
    .map((of) => `${counts[of].toLocaleString("en")} ${counts[of] === 1 ? of.slice(0, -1) : of}`)
    .join(" and ");
}
