import type { Figure } from "./figures.js";
import { toPng, toSvg } from "./render.js";

/** Name and content of a file. */
export type FigureFile = readonly [name: string, content: string | Uint8Array];

/** Draws figures as SVG and PNG, wherever that is done. */
export interface FigureDrawer {
  draw(figure: Figure): Promise<readonly FigureFile[]>;
  /** Resolves when nothing more has to leave this process for what was asked so far. */
  sent(): Promise<void>;
}

export async function drawFigure({ name, spec }: Figure): Promise<FigureFile[]> {
  const svg = await toSvg(spec);
  return [
    [`${name}.svg`, svg],
    [`${name}.png`, await toPng(svg)],
  ];
}

/** Draws in this process, one figure after the other. */
export function drawerHere(): FigureDrawer {
  let last: Promise<unknown> = Promise.resolve();
  return {
    draw(figure) {
      const drawn = last.then(() => drawFigure(figure));
      last = drawn.catch(() => {});
      return drawn;
    },
    sent: async () => {},
  };
}

/** The files of all figures in their order; the largest are begun first. */
export async function drawAll(drawer: FigureDrawer, figures: readonly Figure[]): Promise<FigureFile[]> {
  const bySize = figures
    .map((figure) => ({ figure, size: JSON.stringify(figure.spec).length }))
    .toSorted((a, b) => b.size - a.size);
  const drawn = new Map(bySize.map(({ figure }) => [figure, drawer.draw(figure)]));
  return (await Promise.all(figures.map((figure) => drawn.get(figure) ?? []))).flat();
}
