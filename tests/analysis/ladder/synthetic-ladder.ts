import type { LadderWindow } from "../../../src/analysis/ladder/ladder-window.js";
import type { WindowDraws } from "../../../src/statistics/posterior/window-draws.js";
import { standardNormal } from "../../../src/statistics/trend/hierarchical-trend-random.js";
import { seededRandom } from "../../../src/util/random.js";

export interface SyntheticLadder {
  readonly sizes: readonly number[];
  readonly questions: readonly string[];
  readonly methods?: readonly string[];
  readonly vectors?: number;
  /** Change of log2 onset, of the vector's collapse over the random directions', and of theirs, per doubling. */
  readonly onset: number;
  readonly specificity: number;
  readonly tolerance: number;
  /** Sds of a question and of a rung, and of the posterior. */
  readonly spread: number;
  readonly rung?: number;
  readonly noise: number;
  /** Added to the onset of one window: "question/model". */
  readonly neverSteered?: readonly string[];
  readonly key?: string;
}

export const COUNT = 400;

/** Windows whose draws are normal about a known ladder; margin stays at 8 nats and the gain explains the onset. */
export function syntheticLadder(options: SyntheticLadder): LadderWindow[] {
  const { sizes, questions, methods = ["caa"], vectors = 1, spread, noise, key = "ladder" } = options;
  const random = seededRandom(key);
  const normal = () => standardNormal(random);
  const centre = sizes.reduce((sum, size) => sum + Math.log2(size), 0) / sizes.length;
  return methods.flatMap((method) => {
    const rungs = sizes.map(() => (options.rung ?? 0) * normal());
    return questions.flatMap((question) => {
      const own = spread * normal();
      return sizes.map((parameters, r): LadderWindow => {
        const x = Math.log2(parameters) - centre;
        const model = `m${r}`;
        const onset = own + options.onset * x - (rungs[r] ?? 0);
        const control = 1 + options.tolerance * x;
        const collapse = control - 0.2 + options.specificity * x;
        const never = options.neverSteered?.includes(`${question}/${model}`) ?? false;
        const drawn = () =>
          windowDraws(never ? null : onset + noise * normal(), collapse + noise * normal(), noise, normal);
        return {
          ...{ model, parameters, question, method, capability: "python", slot: 0, layer: 3, unit: "resid" },
          rawPerStrength: 2 ** (x / 4),
          residPerStrength: 1,
          range: { from: -4, to: 4 },
          these: drawn(),
          likeThese: windowDraws(never ? null : onset, collapse, noise * 1.5, normal),
          control: windowDraws(null, control, noise, normal),
          vectors: vectors > 1 ? Array.from({ length: vectors }, drawn) : [],
          forecast: {
            margin: 8,
            gain: 8 / 2 ** (onset + 0.3),
            turn: 2 ** onset,
            kl: [-4, -2, 0, 2, 4].map((at) => ({ strength: 2 ** at, nats: 2 ** (2 * (at - x / 2)) })),
          },
        };
      });
    });
  });
}

/** `onset` null: never steered in any draw. */
export function windowDraws(
  onset: number | null,
  collapse: number,
  sd: number,
  normal: () => number,
): WindowDraws {
  const draws = (mean: number | null) =>
    Float64Array.from({ length: COUNT }, () =>
      mean === null ? Number.POSITIVE_INFINITY : mean + sd * normal(),
    );
  const [start, end] = [draws(onset), draws(collapse)];
  const width = end.map((at, i) => at - (start[i] ?? 0));
  const rate = draws(onset === null ? 0 : 0.8).map((value) => Math.min(1, Math.max(0, value)));
  return {
    axis: "log",
    onset: start,
    collapse: end,
    width,
    safety: width.map((w) => w - 0.3),
    frontier: [{ loss: 0.05, rate }],
  };
}
