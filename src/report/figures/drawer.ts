import type { Figure } from "./figures.js";

/** Name and content of a file. */
export type FigureFile = readonly [name: string, content: string | Uint8Array];

export interface Drawn {
  readonly svg: string;
  readonly png: Uint8Array;
}

/** Draws figures, wherever that is done. */
export interface FigureDrawer {
  draw(figure: Figure): Promise<Drawn>;
  /** Resolves when this process may be busy with something else and what was asked so far is drawn all the same. */
  begun(): Promise<void>;
}

/**
 * Draws in this process: one figure is laid out at a time, while the one before is turned into pixels in another thread.
 * Vega is loaded with the first: it takes half a second, and most commands draw none.
 */
export function drawerHere(): FigureDrawer {
  let last: Promise<unknown> = Promise.resolve();
  return {
    async draw({ spec }) {
      const { toPng, toSvg } = await import("./render.js");
      const laidOut = last.then(() => toSvg(spec));
      last = laidOut.catch(() => {});
      const svg = await laidOut;
      return { svg, png: await toPng(svg) };
    },
    begun: async () => {},
  };
}

/** The files of all figures in their order; the largest are begun first. */
export async function drawAll(drawer: FigureDrawer, figures: readonly Figure[]): Promise<FigureFile[]> {
  const bySize = figures
    .map((figure) => ({ figure, size: JSON.stringify(figure.spec).length }))
    .toSorted((a, b) => b.size - a.size);
  const files = new Map(bySize.map(({ figure }) => [figure, filesOf(drawer, figure)]));
  return (await Promise.all(figures.map((figure) => files.get(figure) ?? []))).flat();
}

async function filesOf(drawer: FigureDrawer, figure: Figure): Promise<FigureFile[]> {
  const { svg, png } = await drawer.draw(figure);
  return [
    [`${figure.name}.svg`, svg],
    [`${figure.name}.png`, png],
  ];
}
