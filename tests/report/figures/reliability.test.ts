import { describe, expect, it } from "vitest";
import { toSvg } from "../../../src/report/figures/drawing/render.js";
import { reliabilityFigure } from "../../../src/report/figures/reliability.js";
import type { ReliabilityBin } from "../../../src/simulate/summary.js";

const bin = (stated: number, observed: number): ReliabilityBin => ({
  from: stated - 0.01,
  to: stated + 0.01,
  n: 50,
  stated,
  observed,
});

describe("the figure of stated probabilities", () => {
  it("has a panel for each name that was in doubt, and a colour a truth", async () => {
    const spec = reliabilityFigure(
      [
        {
          truth: "model",
          summary: { neverSteered: [bin(0.01, 0), bin(0.8, 0.9)], neverCollapsed: [bin(0.01, 0)] },
        },
        { truth: "gibberish", summary: { neverSteered: [bin(0.02, 0), bin(0.5, 0.4)], neverCollapsed: [] } },
      ],
      0.95,
    );
    if (spec === null) throw new Error("nothing is drawn");
    const svg = await toSvg(spec);
    expect(svg).toContain("stated probability of never steered");
    expect(svg).not.toContain("stated probability of never collapsed");
    for (const truth of ["model", "gibberish"]) expect(svg).toContain(`>${truth}<`);
  });

  it("is none where nothing was in doubt", () => {
    const summary = { neverSteered: [bin(0.01, 0)], neverCollapsed: [] };
    expect(reliabilityFigure([{ truth: "empty", summary }], 0.95)).toBeNull();
  });
});
