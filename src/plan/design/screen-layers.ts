/** Layers that go into the sampled stage of the screening. */
export const SHORTLIST = 4;

/** Samples of one layer on one development question in the first stage; each later stage has twice as many in all. */
export const FIRST_STAGE_SAMPLES = 80;

/** The first `SHORTLIST` layers of a ranking by forecast, shallow first. */
export function shortlistLayers(ranked: readonly ScoredLayer[]): readonly number[] {
  return ranked
    .slice(0, SHORTLIST)
    .map(({ layer }) => layer)
    .toSorted((a, b) => a - b);
}

export interface ScoredLayer {
  readonly layer: number;
  /** What the layer is judged by, the same in all: more is better. */
  readonly score: number;
}

/** Successive halving: the better half stays, at least one; of equal ones the shallower. */
export function betterHalf(layers: readonly ScoredLayer[]): readonly number[] {
  return layers
    .toSorted((a, b) => b.score - a.score || a.layer - b.layer)
    .slice(0, Math.max(1, Math.floor(layers.length / 2)))
    .map(({ layer }) => layer)
    .toSorted((a, b) => a - b);
}

/** Samples that one layer may have taken on one development question by the end of a stage. */
export const stageSamples = (stage: number): number => FIRST_STAGE_SAMPLES * 2 ** stage;
