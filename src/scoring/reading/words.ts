/** A place where a text names one of the words. */
export interface Mention {
  readonly start: number;
  readonly end: number;
}

const patterns = new Map<string, RegExp>();

/** Every place where the text has one of the words as a whole word, in any case, also in the possessive. */
export function mentions(text: string, words: readonly string[]): readonly Mention[] {
  if (words.length === 0) return [];
  return [...text.matchAll(pattern(words))].map(({ index, 0: found }) => ({
    start: index,
    end: index + found.length,
  }));
}

/** Normalised text: compatibility forms unified, apostrophes and spaces plain. */
export function normalise(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\u200b-\u200d\u2060\ufeff]/g, "");
}

function pattern(words: readonly string[]): RegExp {
  const key = words.join("\n");
  let found = patterns.get(key);
  if (found === undefined) {
    const alternatives = [...words]
      .sort((a, b) => b.length - a.length)
      .map((word) => normalise(word.trim()).split(/\s+/).map(escaped).join("\\s+"));
    found = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${alternatives.join("|")})(?![\\p{L}\\p{N}_])`, "giu");
    patterns.set(key, found);
  }
  return found;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, (character) => `\\${character}`);
}
