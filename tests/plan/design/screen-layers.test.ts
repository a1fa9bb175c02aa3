import { describe, expect, test } from "vitest";
import { betterHalf, shortlistLayers, stageSamples } from "../../../src/plan/design/screen-layers.js";

describe("the shortlist of layers", () => {
  test("takes the first of the ranking, shallow first", () => {
    const ranked = [5, 3, 6, 0, 1, 2].map((layer, place) => ({ layer, score: -place }));
    expect(shortlistLayers(ranked)).toEqual([0, 3, 5, 6]);
    expect(shortlistLayers(ranked.slice(0, 2))).toEqual([3, 5]);
  });

  test("is spread over the depth where the forecast tells no layer from another", () => {
    const alike = Array.from({ length: 26 }, (_, layer) => ({ layer, score: -1 }));
    expect(shortlistLayers(alike)).toEqual([3, 9, 16, 22]);
    expect(shortlistLayers(alike.slice(0, 5))).toEqual([0, 1, 3, 4]);
    expect(shortlistLayers(alike.slice(0, 3))).toEqual([0, 1, 2]);
  });
});

describe("successive halving", () => {
  test("keeps the better half, of equal layers the shallower, and never none", () => {
    const scored = [0.1, 0.8, 0.8, 0.3].map((score, layer) => ({ layer, score }));
    expect(betterHalf(scored)).toEqual([1, 2]);
    expect(
      betterHalf([
        { layer: 4, score: 0.5 },
        { layer: 2, score: 0.5 },
      ]),
    ).toEqual([2]);
    expect(betterHalf([{ layer: 3, score: Number.NEGATIVE_INFINITY }])).toEqual([3]);
  });

  test("spends twice as much on a layer in each later stage", () => {
    expect(stageSamples(1)).toBe(2 * stageSamples(0));
  });
});
