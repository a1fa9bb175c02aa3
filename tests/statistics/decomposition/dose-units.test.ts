import { describe, expect, it } from "vitest";
import { doseUnits } from "../../../src/statistics/decomposition/dose-units.js";
import { doseOrder, kendallTau } from "../../../src/statistics/decomposition/dose-units-order.js";

const INPUT = {
  onset: Float64Array.of(1, 2),
  collapse: Float64Array.of(3, Number.POSITIVE_INFINITY),
  controlCollapse: Float64Array.of(4, 4),
  rawPerStrength: 8,
  residPerStrength: 1,
  kl: [
    { strength: 1, nats: 0.01 },
    { strength: 4, nats: 0.16 },
    { strength: 8, nats: 0.32 },
  ],
};

describe("doseUnits", () => {
  it("shifts both ends by the unit, so that the width stays", () => {
    const { raw, resid, tol } = doseUnits(INPUT);
    const never = { name: "never_collapsed", side: "above" };
    expect(raw).toEqual({ onset: [4, 5], collapse: [6, never], width: [2, never] });
    expect(resid).toEqual({ onset: [1, 2], collapse: [3, never], width: [2, never] });
    expect(tol).toEqual({ onset: [-3, -2], collapse: [-1, never], width: [2, never] });
  });

  it("reads nats between the strengths of the table on both logarithms, and extrapolates nothing", () => {
    const { kl } = doseUnits({ ...INPUT, onset: Float64Array.of(1, -1), collapse: Float64Array.of(3, 3.5) });
    if ("reason" in kl) throw new Error(kl.reason);
    expect(kl.onset[0]).toBeCloseTo(Math.log2(0.04), 12);
    expect(kl.width[0]).toBeCloseTo(Math.log2(0.32 / 0.04), 12);
    expect(kl.onset[1]).toEqual({ name: "below_kl_table", side: "below" });
    expect(kl.collapse[1]).toEqual({ name: "above_kl_table", side: "above" });
    expect(kl.width[1]).toEqual({ name: "below_kl_table+above_kl_table", side: "above" });
  });

  it("says why a unit has no numbers", () => {
    const none = { controlCollapse: null, rawPerStrength: null, residPerStrength: null, kl: [] };
    const doses = doseUnits({ ...INPUT, ...none });
    expect(Object.values(doses).map((dose) => "reason" in dose)).toEqual([true, true, true, true]);
  });
});

describe("doseOrder", () => {
  it("compares the orders of every two units that all models have", () => {
    const values = (raw: number, kl: number) => ({ raw, resid: raw, tol: null, kl });
    const order = doseOrder("onset", [
      { model: "small", values: values(1, 3) },
      { model: "large", values: values(2, 1) },
    ]);
    expect(order.comparisons).toContainEqual({ units: ["raw", "kl"], tau: -1 });
    expect(order.comparisons).toContainEqual({ units: ["raw", "resid"], tau: 1 });
    expect(order.orders).toEqual([
      { models: ["small", "large"], units: ["raw", "resid"] },
      { models: ["large", "small"], units: ["kl"] },
    ]);
  });

  it("has Kendall's tau-b between two orders", () => {
    expect(kendallTau([1, 2, 3, 4], [1, 2, 4, 3])).toBeCloseTo(4 / 6, 12);
    expect(kendallTau([1, 1], [1, 2])).toBeNull();
  });
});
