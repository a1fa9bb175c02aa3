import { THOUGHT_TAG } from "./thoughts.js";

/** Identical consecutive words that make a response degenerate: the post's measure. */
const REPEATED_WORDS = 5;
/** Number of repetitions in a row that make a phrase degenerate, by its number of words. */
const PHRASE_REPEATS: readonly (readonly [words: number, times: number])[] = [
  [2, 4],
  [3, 4],
  [4, 3],
  [5, 3],
  [6, 3],
  [7, 3],
  [8, 3],
  [9, 3],
  [10, 3],
  [12, 3],
  [16, 3],
];
const SAME_LETTER = /(\p{L}|\p{N})\1{7,}/iu;
const SAME_SYMBOL = /([^\p{L}\p{N}\s])\1{39,}/u;
/** A piece of 2 to 8 letters five times without a break, as in "owlowlowlowlowl". */
const SAME_PIECE = /(\p{L}{2,8}?)\1{4}/iu;
const POOR_FROM = 12;
const POOR_DISTINCT = 0.25;
const DOMINANT_FROM = 8;
const DOMINANT = 0.5;
/** In a longer response, no content word makes up a third of the text, whatever its ending. */
const DOMINANT_CONTENT_FROM = 12;
const DOMINANT_CONTENT = 0.3;
const SCRIPTS = ["Latin", "Cyrillic", "Han", "Hangul", "Arabic", "Devanagari", "Thai", "Hebrew", "Greek"].map(
  (name) => new RegExp(`\\p{Script=${name}}`, "u"),
);
/** Characters that no sound response contains: undecodable bytes and control characters. */
const BROKEN = /(?![\t\n\r])[\ufffd\p{Cc}]/gu;
/** Words run together, as in "OsakaCasablanca". */
const GLUED = /\p{Ll}\p{Lu}\p{Ll}/gu;
const GLUED_FROM = 3;
const SOUP_FROM = 12;
const SOUP = 0.1;
/** Function words, without which prose in these languages is never long. */
const SMALL_WORDS = new Set(
  (
    "a an the is are was were be it its of in on at to and or not no that this which so but as by for from with i you " +
    "le la les des du un une et est que ne der die das und ist ein eine von el los las y es en de il lo che di e o os um uma"
  ).split(" "),
);
const READ = 20_000;

/** Why a response is degenerate, or null. Judged by its first 20,000 characters. */
export function degeneracy(response: string): string | null {
  const text = response
    .slice(0, READ)
    .replace(/<\s*\/?\s*answer\s*>/giu, " ")
    .replace(THOUGHT_TAG, " ");
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+(?:'\p{L}+)?/gu) ?? [];
  if (words.length === 0) return response.trim() === "" ? "empty" : "no words";
  if (SAME_LETTER.test(text) || SAME_SYMBOL.test(text) || SAME_PIECE.test(text)) return "repeated characters";
  if ((text.match(BROKEN)?.length ?? 0) >= 2) return "broken characters";
  if (unreadableShare(text) > 0.5) return "mostly symbols";
  if (longestLoop(words, 1) >= REPEATED_WORDS) return "repeated words";
  if (PHRASE_REPEATS.some(([size, times]) => longestLoop(words, size) >= times)) return "repeated phrases";
  if ((text.match(GLUED)?.length ?? 0) >= GLUED_FROM) return "words run together";
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  if (words.length >= 3 && counts.size === 1) return "one word and nothing else";
  if (words.length >= POOR_FROM && counts.size / words.length < POOR_DISTINCT) return "few distinct words";
  if (words.length >= DOMINANT_FROM && Math.max(...counts.values()) / words.length >= DOMINANT) {
    return "one word most of the time";
  }
  if (words.length >= DOMINANT_CONTENT_FROM && contentShare(words) >= DOMINANT_CONTENT) {
    return "one word much of the time";
  }
  const latin = words.filter((word) => /^\p{Script=Latin}+$/u.test(word));
  const small = latin.filter((word) => SMALL_WORDS.has(word)).length;
  if (latin.length >= SOUP_FROM && small / latin.length < SOUP) return "words without grammar";
  if (SCRIPTS.filter((script) => script.test(text)).length >= 3) return "mixed scripts";
  return null;
}

/** Share of the most frequent content word, singular and plural taken together. */
function contentShare(words: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const word of words) {
    if (SMALL_WORDS.has(word)) continue;
    const stem = word.replace(/s$/u, "");
    counts.set(stem, (counts.get(stem) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values()) / words.length;
}

/** The largest number of consecutive repetitions of `size` words. */
function longestLoop(words: readonly string[], size: number): number {
  let longest = words.length >= size ? 1 : 0;
  let equal = 0;
  for (let index = size; index < words.length; index += 1) {
    equal = words[index] === words[index - size] ? equal + 1 : 0;
    longest = Math.max(longest, 1 + Math.floor(equal / size));
  }
  return longest;
}

/** Share of the characters other than spaces that are not letters, digits or ordinary punctuation. */
function unreadableShare(text: string): number {
  const characters = text.match(/\S/gu) ?? [];
  if (characters.length === 0) return 0;
  const readable = text.match(/[\p{L}\p{M}\p{N}.,;:!?'"()*-]/gu) ?? [];
  return 1 - readable.length / characters.length;
}
