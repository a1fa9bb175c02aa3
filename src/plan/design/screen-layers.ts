/** Layers that go into the sampled stage of the screening. */
export const SHORTLIST = 4;

/** Samples of one layer on one development question in the first stage; the total doubles in each later stage. */
const FIRST_STAGE_SAMPLES = 80;

/**
 * The first `SHORTLIST` layers of a ranking by forecast, shallow first. If the forecast does not distinguish them, as
 * without a forced choice, they are spread evenly over the depth.
 */
export function shortlistLayers(ranked: readonly ScoredLayer[]): readonly number[] {
  const layers = ranked.map(({ layer }) => layer);
  const told = ranked.some(({ score }) => score !== ranked[0]?.score);
  const listed = told || layers.length <= SHORTLIST ? layers.slice(0, SHORTLIST) : spread(layers);
  return listed.toSorted((a, b) => a - b);
}

/** The middle of each of `SHORTLIST` equal parts of the depth. */
function spread(layers: readonly number[]): readonly number[] {
  const byDepth = layers.toSorted((a, b) => a - b);
  return byDepth.filter((_, place) =>
    Array.from({ length: SHORTLIST }, (_, part) =>
      Math.floor(((part + 0.5) * byDepth.length) / SHORTLIST),
    ).includes(place),
  );
}

export interface ScoredLayer {
  readonly layer: number;
  /** The score by which layers are compared; higher is better. */
  readonly score: number;
}

/** Successive halving: keeps the better half, at least one layer; of equal ones, the shallower. */
export function betterHalf(layers: readonly ScoredLayer[]): readonly number[] {
  return layers
    .toSorted((a, b) => b.score - a.score || a.layer - b.layer)
    .slice(0, Math.max(1, Math.floor(layers.length / 2)))
    .map(({ layer }) => layer)
    .toSorted((a, b) => a - b);
}

/** Samples that one layer may have on one development question by the end of a stage. */
export const stageSamples = (stage: number): number => FIRST_STAGE_SAMPLES * 2 ** stage;
