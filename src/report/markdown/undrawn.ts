import type { Undrawn } from "../figures/drawing/drawer.js";

/** Says that a figure is missing and why. */
export const undrawnSentence = ({ name, reason }: Undrawn): string =>
  `The figure ${name} could not be drawn: ${reason.replace(/\.$/, "")}.`;
