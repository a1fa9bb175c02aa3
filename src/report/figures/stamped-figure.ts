import type { TopLevelSpec } from "vega-lite";
import type { Figure } from "./figure.js";

/** The figure with the stamp as the last line of its caption; unchanged if there is no stamp. */
export function stampedFigure(figure: Figure, stamp: string | null): Figure {
  if (stamp === null) return figure;
  const { name, spec } = figure;
  return { name, spec: { ...spec, title: stampedTitle(spec.title, stamp) } };
}

function stampedTitle(title: TopLevelSpec["title"], stamp: string): NonNullable<TopLevelSpec["title"]> {
  if (title === undefined || typeof title === "string" || !("text" in title)) {
    return { text: title ?? "", subtitle: [stamp] };
  }
  const { subtitle } = title;
  const lines = typeof subtitle === "string" ? [subtitle] : Array.isArray(subtitle) ? subtitle : [];
  return { ...title, subtitle: [...lines, stamp] };
}
