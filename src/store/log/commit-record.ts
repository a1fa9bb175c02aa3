import { crc32c } from "@node-rs/crc32";
import { z } from "zod";

const CommitRecord = z.strictObject({
  seq: z.number().int().nonnegative(),
  /** Offset just past the batch in the data file. */
  end: z.number().int().positive(),
  length: z.number().int().positive(),
  crc32c: z.number().int().nonnegative(),
  /** Block that the batch holds. */
  block: z.string().min(1),
  rows: z.number().int().nonnegative(),
});

/** One committed batch: a durable commit record is what makes a block committed. */
export type CommitRecord = z.infer<typeof CommitRecord>;

/** The start of a commit file, before any block: a file without it has lost its records. */
export const commitHeader = (table: string): string => formatLine({ table });

export const formatCommitRecord = (record: CommitRecord): string => formatLine(record);

/** One line: JSON, a space, the line's own CRC-32C as eight hex digits, newline. */
function formatLine(value: object): string {
  const json = JSON.stringify(value);
  return `${json} ${crc32c(Buffer.from(json)).toString(16).padStart(8, "0")}\n`;
}

/** The record of a line without its newline, or null if the line is incomplete. */
export function parseCommitRecord(line: string): CommitRecord | null {
  const space = line.lastIndexOf(" ");
  const json = line.slice(0, space);
  if (space < 0 || crc32c(Buffer.from(json)).toString(16).padStart(8, "0") !== line.slice(space + 1))
    return null;
  const parsed = CommitRecord.safeParse(JSON.parse(json));
  return parsed.success ? parsed.data : null;
}
