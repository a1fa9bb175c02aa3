import { describe, expect, test } from "vitest";
import { betterHalf, shortlistLayers, stageSamples } from "../../../src/plan/design/screen-layers.js";

describe("the shortlist of layers", () => {
  test("takes the widest forecasts, shallow first", () => {
    const widths = [-1, 0.2, 1.5, 0.9, 0.3, null, -0.2];
    expect(shortlistLayers(widths.map((width, layer) => ({ layer, width })))).toEqual([1, 2, 3, 4]);
  });

  test("fills up with layers that have no forecast", () => {
    expect(
      shortlistLayers([
        { layer: 0, width: null },
        { layer: 1, width: 0.1 },
      ]),
    ).toEqual([0, 1]);
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
