import type { Random } from "../../util/random.js";
import { cellsOf, placeIn } from "./grid-box.js";
import { lapsePrior, type Span } from "./priors.js";
import { WIDTH_LOGITS } from "./psychometric.js";
import { lapseDensity, rateOf } from "./psychometric-grid.js";
import type { GridSpans } from "./psychometric-posterior.js";

/** Standard deviation of a logistic whose width from .05 to .95 is 1. */
export const DEVIATION = Math.PI / Math.sqrt(3) / WIDTH_LOGITS;
/** Cells of the grid. `between`: share of the mean curve's variance that is between tasks, uniform a priori. */
const CELLS = { start: 3, lapse: 3, logWidth: 12, between: 4, threshold: 24 };

/** A task's curve except for its threshold, and the spread of thresholds. */
export interface TaskShape {
  readonly slope: number;
  /** Share of a task's own baseline that is left far above its threshold. */
  readonly floor: number;
  /** Standard deviation of the tasks' thresholds. */
  readonly deviation: number;
}

export interface TaskNode {
  /** Index of the shape. */
  readonly shape: number;
  /** Index of the mean unsteered rate. */
  readonly start: number;
  /** Mean threshold. */
  readonly threshold: number;
  readonly deviation: number;
}

/** A point of a node's cell. */
interface TaskPoint extends TaskShape {
  readonly threshold: number;
  readonly start: number;
}

/** Nodes: [shape][start][threshold], flat. */
export interface TaskGrid {
  readonly shapes: readonly TaskShape[];
  /** Mean unsteered rates. */
  readonly starts: Float64Array;
  /** Prior weight of each shape, up to a constant. */
  readonly weights: Float64Array;
  readonly threshold: Span;
  readonly nodes: number;
  node(n: number): TaskNode;
  /** A uniform place in the node's cell. */
  within(n: number, random: Random): TaskPoint;
}

export function taskGrid(spans: GridSpans): TaskGrid {
  const start = cellsOf(spans.start, CELLS.start);
  const lapse = cellsOf(spans.lapse, CELLS.lapse);
  const logWidth = cellsOf(spans.logWidth, CELLS.logWidth);
  const between = cellsOf({ low: 0, high: 1 }, CELLS.between);
  const threshold = cellsOf(spans.threshold, CELLS.threshold);
  const shapeAt = (shape: number, place: () => number): TaskShape => {
    const width = Math.exp(placeIn(logWidth, Math.floor(shape / (lapse.count * between.count)), place()));
    const share = placeIn(between, Math.floor(shape / lapse.count) % between.count, place());
    return {
      slope: WIDTH_LOGITS / (width * Math.sqrt(1 - share)),
      deviation: DEVIATION * width * Math.sqrt(share),
      floor: rateOf(placeIn(lapse, shape % lapse.count, place())),
    };
  };
  const middle = () => 0.5;
  const shapes = Array.from({ length: logWidth.count * between.count * lapse.count }, (_, shape) =>
    shapeAt(shape, middle),
  );
  const size = start.count * threshold.count;
  const startAt = (i: number, share: number) => rateOf(placeIn(start, i, share));
  return {
    shapes,
    weights: Float64Array.from(shapes, (_, shape) =>
      lapseDensity(lapsePrior, placeIn(lapse, shape % lapse.count, 0.5)),
    ),
    starts: Float64Array.from({ length: start.count }, (_, i) => startAt(i, 0.5)),
    threshold,
    nodes: shapes.length * size,
    node: (n) => {
      const shape = Math.floor(n / size);
      return {
        shape,
        start: Math.floor(n / threshold.count) % start.count,
        threshold: placeIn(threshold, n % threshold.count, 0.5),
        deviation: (shapes[shape] as TaskShape).deviation,
      };
    },
    within: (n, random) => ({
      ...shapeAt(Math.floor(n / size), random),
      threshold: placeIn(threshold, n % threshold.count, random()),
      start: startAt(Math.floor(n / threshold.count) % start.count, random()),
    }),
  };
}
