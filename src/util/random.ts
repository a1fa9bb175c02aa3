import { createHash } from "node:crypto";

/** A source of uniform numbers in [0, 1). */
export type Random = () => number;

/**
 * sfc32 (Doty-Humphrey, PractRand): 32 random bits for each call, divided by 2^32. The 128-bit state is the first half of
 * the sha256 of `key` as four little-endian words (the fourth is the counter), and 12 outputs are discarded.
 */
export function seededRandom(key: string): Random {
  const digest = createHash("sha256").update(key).digest();
  let a = digest.readUInt32LE(0) | 0;
  let b = digest.readUInt32LE(4) | 0;
  let c = digest.readUInt32LE(8) | 0;
  let counter = digest.readUInt32LE(12) | 0;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i += 1) next();
  return next;
}

/** A uniform index in [0, n). */
export function randomIndex(random: Random, n: number): number {
  return Math.floor(random() * n);
}
