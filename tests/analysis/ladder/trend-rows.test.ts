import { describe, expect, it } from "vitest";
import type { Analysis } from "../../../src/config/experiment.js";
import { ladderFindings } from "./ladder-findings.js";
import { type SyntheticLadder, syntheticLadder } from "./synthetic-ladder.js";

const LADDER: SyntheticLadder = {
  sizes: [1e6, 4e6, 16e6, 64e6, 256e6, 1024e6],
  questions: ["caracara", "mercury", "australia"],
  onset: 0.35,
  specificity: 0,
  tolerance: 0,
  spread: 0.3,
  noise: 0.05,
};

const found = (ladder: SyntheticLadder, changes: Partial<Analysis> = {}) =>
  ladderFindings(syntheticLadder(ladder), changes);

describe("the slopes of a ladder", () => {
  it("leaves windows that never steer out of the slope, with the slope they would make beside it", () => {
    const { slopes: rows } = found({ ...LADDER, neverSteered: ["mercury/m5", "caracara/m5"] });
    const [row] = rows;
    expect(row?.trend).toMatchObject({ cells: { at: 16, below: 0, above: 0 } });
    expect(row?.neverSteered).toBe(2);
    expect(row?.bounded?.mean).toBeLessThan(row?.trend.kind === "fitted" ? row.trend.slope.mean : 0);
    expect(row?.verdict).toBe("shrinks");
  });

  it("splits off the variance of vectors fitted to resampled statements", () => {
    const split = found({ ...LADDER, vectors: 3 }).slopes[0]?.split ?? [];
    expect(split.map(({ source }) => source)).toEqual(["vector", "question", "task", "sampling"]);
    expect(split.every(({ sd }) => sd !== null)).toBe(true);
  });

  it("puts the primary estimand first, and adjusts for several methods", () => {
    const { slopes: rows } = found({ ...LADDER, methods: ["caa", "word"] }, { primary: "safety" });
    expect(rows.map(({ ladder, estimand, primary }) => [ladder.method, estimand, primary])).toEqual([
      ["caa", "safety", true],
      ["word", "safety", true],
      ["caa", "width", false],
      ["word", "width", false],
    ]);
    for (const { tail, adjustedTail } of rows) expect(adjustedTail ?? 0).toBeGreaterThanOrEqual(tail ?? 1);
  });

  it("compares the pairs of methods that were named, and no others", () => {
    const ladder = { ...LADDER, methods: ["caa", "word", "other"], spread: 0 };
    const { contrasts } = found(ladder, { contrasts: [{ method: "caa", against: "word" }] });
    expect(contrasts).toHaveLength(6);
    expect(new Set(contrasts.map(({ method, against }) => `${method} ${against}`))).toEqual(
      new Set(["caa word"]),
    );
    for (const { width } of contrasts) {
      expect(width?.low).toBeLessThan(0.1);
      expect(width?.high).toBeGreaterThan(-0.1);
    }
  });
});
