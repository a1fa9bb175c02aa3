import { describe, expect, it } from "vitest";
import { orderSentence } from "../../../../src/report/markdown/decomposition/order-text.js";
import { doseOrder } from "../../../../src/statistics/decomposition/dose-units-order.js";

describe("the sentence on the order of the models", () => {
  const values = (raw: number, kl: number | null) => ({ raw, resid: raw, tol: null, kl });

  it("says that the order depends on the unit, and how", () => {
    const order = doseOrder("onset", [
      { model: "small", values: values(1, 3) },
      { model: "large", values: values(2, 1) },
    ]);
    expect(orderSentence(order)).toBe(
      "The order of the models by onset depends on the unit: small < large in raw and resid; large < small in kl. Not every model has a number in tol.",
    );
  });

  it("says that it does not, and when this is unknown", () => {
    const models = [1, 2, 3].map((i) => ({ model: `m${i}`, values: values(i, null) }));
    expect(orderSentence(doseOrder("width", models))).toContain(
      "does not depend on the unit: m1 < m2 < m3 in raw and resid.",
    );
    const bare = models.map(({ model }) => ({ model, values: { raw: 1, resid: null, tol: null, kl: null } }));
    expect(orderSentence(doseOrder("width", bare))).toContain("cannot be told");
  });
});
