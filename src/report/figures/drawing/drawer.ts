import type { Figure } from "../figure.js";

/** Name and content of a file. */
export type FigureFile = readonly [name: string, content: string | Uint8Array];

export type Drawing =
  | { readonly kind: "drawn"; readonly svg: string; readonly png: Uint8Array }
  | { readonly kind: "undrawn"; readonly reason: string };

/** A figure that could not be drawn; the rest of its report is complete. */
export interface Undrawn {
  readonly name: string;
  readonly reason: string;
}

interface DrawnFigures {
  /** In the order of the figures. */
  readonly files: readonly FigureFile[];
  readonly undrawn: readonly Undrawn[];
}

/** Draws figures, wherever that is done. */
export interface FigureDrawer {
  draw(figure: Figure): Promise<Drawing>;
}

/**
 * Draws in this process, which a figure can end: one is laid out at a time, while the one before is turned into pixels
 * in another thread. Vega is loaded with the first: it takes half a second, and most commands draw none.
 */
export function drawerHere(): FigureDrawer {
  let last: Promise<unknown> = Promise.resolve();
  return {
    async draw({ spec }) {
      try {
        const { toPng, toSvg } = await import("./render.js");
        const laidOut = last.then(() => toSvg(spec));
        last = laidOut.catch(() => {});
        const svg = await laidOut;
        return { kind: "drawn", svg, png: await toPng(svg) };
      } catch (cause) {
        return { kind: "undrawn", reason: cause instanceof Error ? cause.message : String(cause) };
      }
    },
  };
}

/** The files of all figures in their order; the largest are begun first. */
export async function drawAll(drawer: FigureDrawer, figures: readonly Figure[]): Promise<DrawnFigures> {
  const bySize = figures
    .map((figure) => ({ figure, size: JSON.stringify(figure.spec).length }))
    .toSorted((a, b) => b.size - a.size);
  const drawings = new Map(bySize.map(({ figure }) => [figure, drawer.draw(figure)]));
  const all = await Promise.all(
    [...drawings].map(async ([figure, drawing]) => [figure, await drawing] as const),
  );
  const byFigure = new Map(all);
  const drawn = figures.flatMap((figure) => {
    const drawing = byFigure.get(figure);
    return drawing === undefined ? [] : [filesOf(figure, drawing)];
  });
  return { files: drawn.flatMap(({ files }) => files), undrawn: drawn.flatMap(({ undrawn }) => undrawn) };
}

function filesOf({ name }: Figure, drawing: Drawing): DrawnFigures {
  if (drawing.kind === "undrawn") return { files: [], undrawn: [{ name, reason: drawing.reason }] };
  return {
    files: [
      [`${name}.svg`, drawing.svg],
      [`${name}.png`, drawing.png],
    ],
    undrawn: [],
  };
}
