import { inMarkdown } from "../../text/foreign-text.js";
import type { Undrawn } from "../figures/drawing/drawer.js";

/** Says that a figure is missing and why. */
export const undrawnSentence = ({ name, reason }: Undrawn): string =>
  `The figure ${name} could not be drawn: ${reason.replace(/\.$/, "")}.`;

/** The page with the sentence in place of each picture that could not be drawn, or under its title where it has none. */
export function withoutUndrawn(page: string, undrawn: readonly Undrawn[]): string {
  const lines = page.split("\n");
  const [title = "", ...rest] = lines;
  const homeless: string[] = [];
  for (const figure of undrawn) {
    const sentence = undrawnSentence({ ...figure, reason: inMarkdown(figure.reason) });
    const place = rest.findIndex((line) => line.startsWith("![") && line.endsWith(`](${figure.name}.svg)`));
    if (place === -1) homeless.push("", sentence);
    else rest[place] = sentence;
  }
  return [title, ...homeless, ...rest].join("\n");
}
