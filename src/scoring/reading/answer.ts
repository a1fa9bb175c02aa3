const OPEN = /<\s*answer\s*>/giu;
const CLOSE = /<\s*\/\s*answer\s*>/iu;

/**
 * The answer of a response: the content of the last non-empty `<answer>` tag (to the end of the text if it is not
 * closed), otherwise the whole text without its tags.
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
