/**
 * How plain values travel between this process and a program: as JSON in which each text begins with "s", and a whole
 * number that JSON.parse would round is "i" with its hexadecimal digits. The runner has the other half.
 */

const DEPTH = 32;
const ITEMS = 10_000;
const CHARACTERS = 100_000;
const WHOLE = /^i(-?)([0-9a-f]+)$/;

export function toWire(value: unknown): unknown {
  if (typeof value === "string") return `s${value}`;
  if (typeof value === "bigint") return `i${value.toString(16)}`;
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [`s${key}`, toWire(item)]));
}

/** Throws on what the runner would not have sent: too deep, too large, not finite, or not written as above. */
export function fromWire(value: unknown): unknown {
  let items = 0;
  const read = (inner: unknown, depth: number): unknown => {
    items += 1;
    if (depth > DEPTH || items > ITEMS) throw new RangeError("a value too large or too deep");
    if (typeof inner === "string") return textOrWhole(inner);
    if (typeof inner === "number" && !Number.isFinite(inner))
      throw new RangeError("a number that is not finite");
    if (Array.isArray(inner)) return inner.map((item) => read(item, depth + 1));
    if (typeof inner !== "object" || inner === null) return inner;
    return Object.fromEntries(
      Object.entries(inner).map(([key, item]) => [read(key, depth + 1), read(item, depth + 1)]),
    );
  };
  return read(value, 0);
}

function textOrWhole(text: string): string | bigint {
  if (text.length > CHARACTERS + 2) throw new RangeError("a text too long");
  if (text.startsWith("s")) return text.slice(1);
  const [, sign, digits] = WHOLE.exec(text) ?? [];
  if (digits === undefined) throw new TypeError("neither a text nor a whole number");
  const size = BigInt(`0x${digits}`);
  return sign === "-" ? -size : size;
}
