import { inMarkdown } from "../../text/foreign-text.js";
import type { Undrawn } from "../figures/drawing/drawer.js";
import { markdownTable } from "./markdown-table.js";
import { undrawnSentence } from "./undrawn.js";

/** All rows have as many cells as the header. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const table = (header: readonly string[], rows: readonly (readonly string[])[]): Table => ({
  header,
  rows,
});

/** The place of a figure on a page. */
interface Picture {
  /** Its file's name without extension. */
  readonly figure: string;
}

/** A part of a page: Markdown as it stands, and nothing where it is empty; a table; or a figure. */
export type Block = string | Table | Picture;

export interface Page {
  readonly title: string;
  readonly blocks: readonly Block[];
}

interface PageOptions {
  /** Shown under the title and under each table; null for none. */
  readonly stamp: string | null;
  /** Shown in place of the pictures, or under the title if the page has no picture. */
  readonly undrawn: readonly Undrawn[];
}

/** The page as Markdown. */
export function pageText({ title, blocks }: Page, { stamp, undrawn }: PageOptions): string {
  const note = stamp === null ? [] : [`*${stamp}*`];
  const sentences = new Map(
    undrawn.map(({ name, reason }) => [name, undrawnSentence({ name, reason: inMarkdown(reason) })]),
  );
  const parts = blocks.flatMap((block) => {
    if (typeof block === "string") return [block];
    if ("header" in block) return [markdownTable(block.header, block.rows), ...note];
    const sentence = sentences.get(block.figure);
    sentences.delete(block.figure);
    return [sentence ?? `![${block.figure.replaceAll("_", " ")}](${block.figure}.svg)`];
  });
  const whole = [`# ${title}`, ...note, ...sentences.values(), ...parts];
  return `${whole.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Sentences as a list. */
export const listOf = (sentences: readonly string[]): string =>
  sentences.map((sentence) => `- ${sentence}`).join("\n");
