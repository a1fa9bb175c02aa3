import { describe, expect, it } from "vitest";
import { toSvg } from "../../../../src/report/figures/drawing/render.js";
import { trendSection } from "../../../../src/report/markdown/trend/trend-section.js";
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
const ANALYSIS = {
  confidence: 0.95,
  primary: "width",
  frontier_loss: 0.05,
  smallest_slope: { width: 0.1, safety: 0.1, frontier: 0.02 },
  contrasts: [],
} as const;

function section(
  ladder: SyntheticLadder,
  analysis: Partial<Parameters<typeof trendSection>[0]["analysis"]> = {},
) {
  return trendSection({
    windows: syntheticLadder(ladder),
    ranks: [],
    analysis: { ...ANALYSIS, ...analysis },
    seed: 0,
  });
}

describe("trendSection", () => {
  it("says that windows shrink where they do, and draws it", async () => {
    const { rows, sentences, figures, csv, markdown } = section(LADDER);
    expect(rows.map(({ estimand, verdict }) => [estimand, verdict])).toEqual([["width", "shrinks"]]);
    expect(sentences[0]).toMatch(/^width over size, caa: shrinks; slope \u22120\.3\d \[/);
    expect(csv.split("\n")[1]).toContain("shrinks");
    expect(markdown).toContain("one more rung above");
    const [figure] = figures;
    if (figure === undefined) throw new Error("no figure");
    expect(await toSvg(figure.spec)).toContain("width (octaves)");
  });

  it("says that they do not where the slope is near 0, and that it cannot tell on three noisy rungs", () => {
    expect(section({ ...LADDER, onset: 0 }).rows[0]?.verdict).toBe("does not");
    const few = section({ ...LADDER, sizes: [1e6, 2e6, 4e6], onset: 0.1, rung: 0.4, key: "few" });
    expect(few.rows[0]?.verdict).toBe("cannot tell");
    expect(section({ ...LADDER, sizes: [1e6, 2e6] }).sentences[0]).toBe(
      "width over size, caa: cannot tell, 2 rungs are too few for a slope.",
    );
  });

  it("takes windows that never steer as lying below the others", () => {
    const { rows } = section({ ...LADDER, neverSteered: ["mercury/m5", "caracara/m5"] });
    const [row] = rows;
    expect(row?.trend).toMatchObject({ cells: { at: 16, below: 2, above: 0 } });
    expect(row?.verdict).toBe("shrinks");
  });

  it("splits off the variance of vectors fitted to resampled statements", () => {
    const split = section({ ...LADDER, vectors: 3 }).rows[0]?.split ?? [];
    expect(split.map(({ source }) => source)).toEqual(["vector", "question", "task", "sampling"]);
    expect(split.every(({ sd }) => sd !== null)).toBe(true);
  });

  it("puts the primary estimand first, and adjusts for several methods", () => {
    const { rows } = section({ ...LADDER, methods: ["caa", "word"] }, { primary: "safety" });
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
    const { contrasts } = section(ladder, { contrasts: [{ method: "caa", against: "word" }] });
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
