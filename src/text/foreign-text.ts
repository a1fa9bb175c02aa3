/**
 * Foreign text (from models, their programs, workers, users' tables), made safe for each medium in which it is shown: it
 * can be read, but has no effect.
 */

/** Control characters except tabs and line breaks, bidirectional controls, line separators, and noncharacters. */
const UNSEEN = /\r(?!\n)|(?![\t\r\n])\p{Cc}|[\p{Bidi_Control}\u2028\u2029\uFFFE\uFFFF]/gu;

/** For a terminal, a file that may be shown in one, and a picture: invisible characters are escaped. */
export function inTerminal(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The same on one line: a cell of a table, a part of a sentence. */
export function inLine(text: string): string {
  return inTerminal(text.replaceAll("\r\n", "\n")).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

/** Text that Markdown would interpret: tags, entities, links, images, code, emphasis of whole words. */
const ALIVE = /<[a-z/!?]|&#?\w+;|`|\]\(|:\/\/|www\.|(?<!\w)__|__(?!\w)|\*|~~|\\/i;
/** The name that the sandbox gives the file of a model's program. */
const PROGRAM = "<response>";

/** For a line of Markdown: unchanged if it is plain, otherwise as code, in which nothing is interpreted. */
export function inMarkdown(text: string): string {
  const line = inLine(text);
  if (!ALIVE.test(line.replaceAll(PROGRAM, ""))) return line;
  const fence = "`".repeat(longestRun(line) + 1);
  // A space on each side is not rendered, and separates backticks at the ends from the fence.
  const space = /^[` ]|[` ]$/.test(line) ? " " : "";
  return `${fence}${space}${line}${space}${fence}`;
}

/** For a block of Markdown: behind a fence that nothing inside closes. */
export function inFence(text: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${inTerminal(text)}\n${fence}`;
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}

/** For a cell of CSV: an apostrophe precedes what a spreadsheet would evaluate. Numbers stay numbers. */
export function inCsv(text: string): string {
  const numbers = text.split(" ").every((part) => part.trim() !== "" && Number.isFinite(Number(part)));
  return /^[=+\-@\t\r]/.test(text) && !numbers ? `'${inTerminal(text)}` : inTerminal(text);
}
