/** From this number of columns on, panels together are as wide as a caption. */
const FULL = 3;

interface PanelSize {
  readonly width: number;
  readonly height: number;
}

/** A figure of one or two columns is drawn larger, so that its panels fill it; `width` is that of more columns. */
export function panelSize(columns: number, height: number, width = 200): PanelSize {
  if (columns >= FULL) return { width, height };
  return { width: columns === 1 ? 560 : 290, height: Math.round(height * (columns === 1 ? 1.4 : 1.2)) };
}

/** Characters of a caption that are as wide as a figure of one or two columns. */
const LINE = 92;

/** The lines of a caption, or in a figure of one or two columns its words in lines that are no wider than the panels. */
export function captionLines(caption: readonly string[], columns: number): string[] {
  if (columns >= FULL) return [...caption];
  const lines: string[] = [];
  for (const word of caption.join(" ").split(" ")) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > LINE) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
