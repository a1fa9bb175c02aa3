import { createHash } from "node:crypto";

/** The end of a JSON file that vouches for itself; its digits are the sha256 of all text before them. */
const ENDING = /,\n {2}"checksum": "([0-9a-f]{64})"\n\}\n$/;

/** An object as JSON text whose last key is its own checksum. */
export function checksummedJson(value: object): string {
  const opened = JSON.stringify(value, null, 2).slice(0, -"\n}".length);
  const text = `${opened},\n  "checksum": "`;
  return `${text}${sha256(text)}"\n}\n`;
}

/** The object of such a text, without its checksum; null where a byte of it changed. */
export function parseChecksummedJson(text: string): object | null {
  const digits = ENDING.exec(text)?.[1];
  if (digits === undefined || sha256(text.slice(0, text.lastIndexOf(digits))) !== digits) return null;
  const { checksum: _, ...value } = JSON.parse(text) as { checksum: string };
  return value;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
