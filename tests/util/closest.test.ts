import { describe, expect, it } from "vitest";
import { closest } from "../../src/util/closest.js";

describe("closest", () => {
  it("finds a word with a letter missing, changed, added or swapped", () => {
    const words = ["layers", "strengths", "samples", "seed"];
    expect(["layer", "stremgths", "sammples", "sede"].map((word) => closest(word, words))).toEqual([
      "layers",
      "strengths",
      "samples",
      "seed",
    ]);
  });

  it("ignores case and prefers the nearest", () => {
    expect(closest("CAA-WORT", ["caa-last-token", "caa-word", "caa-words"])).toBe("caa-word");
  });

  it("suggests nothing where nothing is alike", () => {
    expect(closest("temperature", ["name", "models", "seed"])).toBeNull();
    expect(closest("x", [])).toBeNull();
  });
});
