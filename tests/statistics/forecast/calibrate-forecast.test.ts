import { describe, expect, it } from "vitest";
import {
  calibrated,
  calibrateForecast,
  type ForecastPair,
} from "../../../src/statistics/forecast/calibrate-forecast.js";
import { forecastAgreement } from "../../../src/statistics/forecast/forecast-agreement.js";
import { seededRandom } from "../../../src/util/random.js";

const SHIFT: Readonly<Record<string, number>> = { small: 0.3, large: -0.1 };

function pairs(noise: number, perQuestion = 6): ForecastPair[] {
  const random = seededRandom("calibrate-forecast");
  return Object.entries(SHIFT).flatMap(([model, shift]) =>
    ["a", "b", "c"].flatMap((question) =>
      Array.from({ length: perQuestion }, () => {
        const forecast = 4 * random() - 2;
        return { model, question, forecast, measured: forecast + shift + noise * (2 * random() - 1) };
      }),
    ),
  );
}

describe("the calibration of forecasts", () => {
  it("learns each model's offset from its own pairs", () => {
    const calibration = calibrateForecast(pairs(0.05));
    expect(calibrated(calibration, "small", 1)).toBeCloseTo(1.3, 1);
    expect(calibrated(calibration, "large", 1)).toBeCloseTo(0.9, 1);
    expect(calibration.error).toBeLessThan(0.1);
  });

  it("gives a model without pairs the offset of all", () => {
    const own = pairs(0).filter(({ model }) => model === "small");
    expect(calibrated(calibrateForecast(own), "unseen", 0)).toBeCloseTo(0.3, 9);
  });

  it("draws a single pair towards the offset of all", () => {
    const one = { model: "odd", question: "a", forecast: 0, measured: 3 };
    const { offsets } = calibrateForecast([...pairs(0), one]);
    expect(offsets.get("odd")).toBeGreaterThan(0.5);
    expect(offsets.get("odd")).toBeLessThan(1.5);
  });

  it("states an error only where something was left out to judge by", () => {
    expect(calibrateForecast([]).error).toBeNull();
    expect(calibrateForecast(pairs(0).slice(0, 1)).error).toBeNull();
    expect(calibrateForecast(pairs(0).slice(0, 1)).offset).toBeCloseTo(0.3, 9);
  });
});

describe("the agreement of forecasts with measurements", () => {
  it("judges each half of the questions by the offsets of the other", () => {
    const { judged, correlation, uncalibratedError } = forecastAgreement(pairs(0.02));
    expect(judged?.halves).toEqual([["a", "c"], ["b"]]);
    expect(judged?.pairs).toBe(36);
    expect(judged?.medianError).toBeLessThan(0.06);
    expect(judged?.correlation).toBeGreaterThan(0.99);
    expect(correlation).toBeGreaterThan(0.95);
    expect(uncalibratedError).toBeGreaterThan(0.1);
  });

  it("does not judge by what it was calibrated on", () => {
    // Question b is off by one octave: only a half that has seen b could get it right.
    const shifted = pairs(0).map((pair) =>
      pair.question === "b" ? { ...pair, measured: pair.measured + 1 } : pair,
    );
    expect(forecastAgreement(shifted).judged?.medianError).toBeGreaterThan(0.7);
  });

  it("judges nothing of a single question", () => {
    const one = pairs(0).filter(({ question }) => question === "a");
    expect(forecastAgreement(one).judged).toBeNull();
    expect(forecastAgreement([])).toMatchObject({ pairs: 0, correlation: null, uncalibratedError: null });
  });
});
