import { describe, expect, it } from "vitest";
import { csv } from "../../../../src/report/csv/csv.js";
import { trendRecords } from "../../../../src/report/csv/trend-csv.js";
import { toSvg } from "../../../../src/report/figures/drawing/render.js";
import { trendFigures } from "../../../../src/report/figures/trend-figures.js";
import { pageText } from "../../../../src/report/markdown/page.js";
import { trendSection } from "../../../../src/report/markdown/trend/trend-section.js";
import { verdictSentence } from "../../../../src/report/markdown/trend/verdict-text.js";
import { ladderFindings } from "../../../analysis/ladder/ladder-findings.js";
import { type SyntheticLadder, syntheticLadder } from "../../../analysis/ladder/synthetic-ladder.js";

const LADDER: SyntheticLadder = {
  sizes: [1e6, 4e6, 16e6, 64e6, 256e6, 1024e6],
  questions: ["caracara", "mercury", "australia"],
  onset: 0.35,
  specificity: 0,
  tolerance: 0,
  spread: 0.3,
  noise: 0.05,
};

const found = (ladder: SyntheticLadder) => ladderFindings(syntheticLadder(ladder));

function first<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new Error("there is none");
  return item;
}

describe("trendSection", () => {
  it("says that windows shrink where they do, and draws it", async () => {
    const findings = found(LADDER);
    const rows = findings.slopes;
    expect(rows.map(({ estimand, verdict }) => [estimand, verdict])).toEqual([["width", "shrinks"]]);
    expect(verdictSentence(first(rows))).toMatch(/^width over size, caa: shrinks; slope \u22120\.3\d \[/);
    expect(csv(trendRecords(findings), null).split("\n")[1]).toContain("shrinks");
    const page = pageText({ title: "", blocks: trendSection(findings) }, { stamp: null, undrawn: [] });
    expect(page).toContain("one more rung above");
    expect(await toSvg(first(trendFigures(findings)).spec)).toContain("width (octaves)");
  });

  it("says that they do not where the slope is near 0, and that it cannot tell on three noisy rungs", () => {
    expect(found({ ...LADDER, onset: 0 }).slopes[0]?.verdict).toBe("does not");
    const few = found({ ...LADDER, sizes: [1e6, 2e6, 4e6], onset: 0.1, rung: 0.4, key: "few" });
    expect(few.slopes[0]?.verdict).toBe("cannot tell");
    expect(verdictSentence(first(found({ ...LADDER, sizes: [1e6, 2e6] }).slopes))).toBe(
      "width over size, caa: cannot tell, 2 rungs are too few for a slope.",
    );
  });
});
