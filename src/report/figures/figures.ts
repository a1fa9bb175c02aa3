import type { Findings } from "../../analysis/findings.js";
import { decompositionFigures } from "./decomposition-figures.js";
import { depthFigures } from "./depth.js";
import type { Figure } from "./figure.js";
import { furtherFigures } from "./further-figures.js";
import { stampedFigure } from "./stamped-figure.js";
import { steeringFigures } from "./steering-figures.js";
import { trendFigures } from "./trend-figures.js";

/** Places of figures in report.md. */
export type FigurePlace = "windows" | "layers" | "decomposition" | "trend" | "scorers";

/** A kind of figure, which may draw nothing for some findings. */
export interface FigureKind {
  readonly place: FigurePlace;
  readonly draw: (findings: Findings) => readonly Figure[];
}

export interface PlacedFigure extends Figure {
  readonly place: FigurePlace;
}

/** Every kind of figure of a report, in the order of its files: a new one is a file like steering-figures.ts and a line here. */
export const FIGURES: readonly FigureKind[] = [
  { place: "windows", draw: steeringFigures },
  { place: "decomposition", draw: decompositionFigures },
  { place: "trend", draw: trendFigures },
  { place: "scorers", draw: furtherFigures },
  { place: "layers", draw: depthFigures },
];

/** The figures of all kinds, stamped as the findings are. */
export function placedFigures(findings: Findings, kinds: readonly FigureKind[]): readonly PlacedFigure[] {
  return kinds.flatMap(({ place, draw }) =>
    draw(findings).map((figure) => ({ place, ...stampedFigure(figure, findings.stamp) })),
  );
}
