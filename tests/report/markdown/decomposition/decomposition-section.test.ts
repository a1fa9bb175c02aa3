import { describe, expect, it } from "vitest";
import { decompositionRecords } from "../../../../src/report/csv/decomposition-csv.js";
import { decompositionFigures } from "../../../../src/report/figures/decomposition-figures.js";
import { toSvg } from "../../../../src/report/figures/drawing/render.js";
import { changeSentence } from "../../../../src/report/markdown/decomposition/change-text.js";
import { decompositionSection } from "../../../../src/report/markdown/decomposition/decomposition-section.js";
import { orderSentence } from "../../../../src/report/markdown/decomposition/order-text.js";
import { pageText } from "../../../../src/report/markdown/page.js";
import { ladderFindings } from "../../../analysis/ladder/ladder-findings.js";
import { syntheticLadder } from "../../../analysis/ladder/synthetic-ladder.js";

const LADDER = {
  sizes: [1e6, 2e6, 4e6, 8e6],
  questions: ["caracara", "mercury"],
  onset: 0.2,
  specificity: -0.1,
  tolerance: 0.3,
  spread: 0.2,
  noise: 0.05,
};

describe("decompositionSection", () => {
  it("says which terms carry the change of the width from the smallest to the largest rung", () => {
    const [ladder] = ladderFindings(syntheticLadder(LADDER)).decomposition.ladders;
    const row = ladder?.change;
    if (row === null || row === undefined) throw new Error("no change");
    const { change } = row;
    expect(row).toMatchObject({ from: "m0", to: "m3" });
    expect(change?.terms.tolerance?.mean).toBeCloseTo(0.9, 1);
    expect(change?.terms.specificity?.mean).toBeCloseTo(-0.3, 1);
    expect(change?.terms.gain?.mean).toBeCloseTo(-0.6, 6);
    expect(change?.terms.unexplained?.mean).toBeCloseTo(0, 1);
    expect(changeSentence(row)).toMatch(/^caa, m0 to m3: the width changes by [+\u2212]0\.0\d \[/);
  });

  it("has a row a window with terms that add up, and names where there are no numbers", () => {
    const windows = syntheticLadder({ ...LADDER, neverSteered: ["mercury/m0"] });
    const findings = ladderFindings(windows);
    const records = decompositionRecords(findings);
    const column = (name: string) => records.map((record) => record[name] ?? null);
    expect(records).toHaveLength(8);
    expect(column("width_name")).toContain("never_steered");
    records.forEach((_, i) => {
      if (column("width")[i] === null) return;
      const of = (name: string) => Number(column(name)[i]);
      expect(of("specificity") + of("tolerance") - of("onset")).toBeCloseTo(of("width"), 10);
      expect(of("predicted_onset") + of("unexplained")).toBeCloseTo(of("onset"), 10);
    });
    const page = pageText(
      { title: "", blocks: decompositionSection(findings) },
      { stamp: null, undrawn: [] },
    );
    expect(page).toContain("1 without numbers left out");
  });

  it("keeps a model's interval where another is never steered", () => {
    const one = { ...LADDER, questions: ["caracara"] };
    const means = (neverSteered: string[]) => {
      const [figure] = decompositionFigures(ladderFindings(syntheticLadder({ ...one, neverSteered })));
      return [...JSON.stringify(figure?.spec).matchAll(/\{"model":"(m\d)[^}]*"low"/g)].map(
        ([, model]) => model,
      );
    };
    // Five terms, each a dot and its interval; of a model that is never steered the two of its collapse alone.
    const count = (neverSteered: string[], model: string) =>
      means(neverSteered).filter((other) => other === model).length;
    expect([count([], "m0"), count([], "m3")]).toEqual([10, 10]);
    expect([count(["caracara/m0"], "m0"), count(["caracara/m0"], "m3")]).toEqual([4, 10]);
  });

  it("says which order the models have in which unit", () => {
    const { ladders } = ladderFindings(syntheticLadder(LADDER)).decomposition;
    const sentence = (end: string) =>
      ladders.flatMap(({ orders }) => orders.filter((order) => order.end === end).map(orderSentence))[0];
    expect(sentence("onset")).toContain("depends on the unit: m0 < m1 < m2 < m3 in raw and resid; ");
    expect(sentence("onset")).toContain("m3 < m2 < m1 < m0 in kl");
    // Collapse rises by a fifth of an octave a doubling in `resid`, and falls by a tenth in `tol`.
    expect(sentence("collapse")).toContain("m0 < m1 < m2 < m3 in raw and resid; m3 < m2 < m1 < m0 in tol");
  });

  it("draws a figure, and has nothing to say of windows on a linear axis", async () => {
    const windows = syntheticLadder(LADDER);
    const figures = decompositionFigures(ladderFindings(windows));
    expect(figures.map(({ name }) => name)).toEqual(["decomposition"]);
    const [figure] = figures;
    if (figure === undefined) throw new Error("no figure");
    expect(await toSvg(figure.spec)).toContain("onset not explained");
    const linear = windows.map((window) => ({
      ...window,
      these: { ...window.these, axis: "linear" as const },
    }));
    const nothing = ladderFindings(linear);
    expect([
      decompositionSection(nothing),
      decompositionRecords(nothing),
      decompositionFigures(nothing),
    ]).toEqual([[], [], []]);
  });
});
