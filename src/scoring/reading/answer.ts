const OPEN = /<\s*answer\s*>/giu;
const CLOSE = /<\s*\/\s*answer\s*>/iu;

/**
 * The answer of a response: what the last `<answer>` tag with something in it holds (to the end, where it was not
 * closed), else the whole text without its tags.
 */
export function extractAnswer(text: string): { readonly text: string; readonly tagged: boolean } {
  const openings = [...text.matchAll(OPEN)].reverse();
  let next = text.length;
  for (const { index, 0: tag } of openings) {
    const inside = text.slice(index + tag.length, next);
    const content = inside.split(CLOSE, 1)[0]?.trim() ?? "";
    if (content !== "") return { text: content, tagged: true };
    next = index;
  }
  return { text: text.replace(OPEN, " ").replace(new RegExp(CLOSE, "giu"), " "), tagged: false };
}
