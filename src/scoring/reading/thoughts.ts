/** The tags that reasoning models put around their thoughts; the first group is the start of closing ones. */
export const THOUGHT_TAG = /<\s*(\/?)\s*(?:\w+:)?(?:think(?:ing)?|thoughts?|reasoning)\s*>|\[(\/?)think\]/giu;
/** A quotation mark or a single backtick; three backticks fence code. */
const QUOTE_BEFORE = /(?:["']|(?<!``)`)$/u;
const QUOTE_AFTER = /^(?:["']|`(?!``))/u;

/**
 * A response without its thoughts. A thought that is not closed runs to the end; a closing tag alone ends one that began
 * before the text, as under chat templates that open it. A tag in quotes is a mention, not a tag.
 */
export function withoutThoughts(text: string): string {
  let spoken = "";
  let from = 0;
  let thinking = false;
  for (const { index, 0: tag, 1: angled = "", 2: squared = "" } of text.matchAll(THOUGHT_TAG)) {
    const end = index + tag.length;
    if (angled === "" && squared === "") {
      if (thinking || QUOTE_BEFORE.test(text.slice(Math.max(0, index - 3), index))) continue;
      spoken += `${text.slice(from, index)}\n`;
      thinking = true;
    } else {
      if (!thinking && QUOTE_AFTER.test(text.slice(end, end + 3))) continue;
      if (!thinking) spoken = "";
      thinking = false;
      from = end;
    }
  }
  return thinking ? spoken : spoken + text.slice(from);
}
