import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readWindows } from "../../src/report/input/read-windows.js";
import { writeForecastReport } from "../../src/report/write-forecast-report.js";
import { type ForecastEnd, type ForecastRow, readForecast } from "../../src/store/forecast-file.js";
import { here } from "./here.js";

const at = (strength: number): ForecastEnd => ({ name: "at", strength });

/** Two models, three questions; the deeper the layer, the lower the onset and the more accessible the answer. */
function rowsOf(layers: readonly number[]): ForecastRow[] {
  const one = (
    changes: Partial<ForecastRow> & Pick<ForecastRow, "model" | "question" | "layer">,
  ): ForecastRow => ({
    ...{ parameters: 1e6, method: "caa", role: "method", draw: 0, layers: 3, unit: "resid", axis: "log" },
    ...{ onset: at(0.5), collapse: at(1), margin: 8, gain: 16, kl: [], accessibility: 1 },
    ...changes,
  });
  return ["small", "large"].flatMap((model, size) =>
    ["a", "b", "c"].flatMap((question, place) =>
      layers.flatMap((layer) => [
        one({
          ...{ model, question, layer, accessibility: layer / 2 },
          onset: model === "small" && question === "c" ? { name: "never" } : at(2 ** (place - layer - size)),
          collapse: at(2 ** (size + place / 4)),
        }),
        ...[0, 1, 2].map((draw) =>
          one({
            ...{ model, question, layer, draw, method: "random", role: "control" },
            onset: { name: "never" },
            collapse: at(2 ** (size + draw)),
          }),
        ),
      ]),
    ),
  );
}

/** Sampled windows a third of an octave above the forecast of layer 2. */
const MEASURED = [
  "model,question,method,layer,unit,onset,onset_name,collapse,width",
  ...rowsOf([2])
    .filter(({ role }) => role === "method")
    .map(({ model, question, onset, collapse }) => {
      const shifted = (end: ForecastEnd) => (end.name === "at" ? end.strength * 2 ** 0.33 : "");
      const name = onset.name === "never" ? "never_steered" : "";
      return `${model},${question},caa,2,resid,${shifted(onset)},${name},${shifted(collapse)},`;
    }),
].join("\n");

async function report(layers: readonly number[]) {
  const folder = mkdtempSync(join(tmpdir(), "forecast-"));
  const measured = { name: "a run", windows: readWindows(MEASURED, "measured.csv") };
  return { folder, ...(await writeForecastReport(rowsOf(layers), measured, folder, here.drawer)) };
}

it("a run that sampled no window has an empty table of them", () => {
  expect(readWindows("", "windows.csv")).toEqual([]);
});

describe("the report of a forecast", () => {
  it("writes the map, its table and a figure, and says how it agrees with what was sampled", async () => {
    const { folder, text, findings, files } = await report([2]);
    const { agreement, curves } = findings;
    expect(files.every((path) => existsSync(path))).toBe(true);
    expect(
      readForecast({ read: readFileSync, check: () => true }, join(folder, "forecast.json")),
    ).toHaveLength(24);
    const figure = readFileSync(join(folder, "forecast.svg"), "utf8");
    expect(figure).toContain("onset, forecast");
    expect(figure).not.toContain("Not asked");
    const [header = "", ...lines] = readFileSync(join(folder, "forecast.csv"), "utf8").trim().split("\n");
    expect(lines).toHaveLength(12);
    expect(header.split(",").filter((name) => /onset|collapse|width/.test(name))).toEqual([
      "forecast_onset",
      "forecast_onset_name",
      "forecast_collapse",
      "forecast_collapse_name",
      "forecast_width",
    ]);
    expect(agreement?.collapse).toMatchObject({ pairs: 6 });
    expect(agreement?.collapse.uncalibratedError).toBeCloseTo(0.33, 6);
    expect(agreement?.collapse.judged?.medianError).toBeLessThan(1e-6);
    expect(agreement?.onset.pairs).toBe(5);
    expect(text).toMatch(/small +1M +caa +c +2\/3 +never /);
    expect(text).toContain("(a, c | b)");
    expect(text).toMatch(/add to a forecast collapse, learnt from all of them: .*small [+−]\d/);
    const random = curves.find(({ method, model }) => method === "random" && model === "small");
    expect(random).toMatchObject({ draws: 3, collapse: { name: "at", strength: 2 } });
  });

  it("tells what was not asked apart from what is reached at no strength", async () => {
    const rows = rowsOf([2]).map((row) =>
      row.question === "b"
        ? { ...row, onset: { name: "not_asked" as const }, margin: null, gain: null }
        : row,
    );
    const folder = mkdtempSync(join(tmpdir(), "forecast-"));
    const { text } = await writeForecastReport(rows, null, folder, here.drawer);
    expect(text).toMatch(/small +1M +caa +b +2\/3 +not asked /);
    expect(text).toMatch(/small +1M +caa +c +2\/3 +never /);
    const figure = readFileSync(join(folder, "forecast.svg"), "utf8");
    expect(figure).toContain("Not asked: onset of b, without a forced choice.");
  });

  it("orders layers by forecast width beside linear accessibility", async () => {
    const { text, files } = await report([0, 1, 2]);
    expect(text).toContain("large caa: 2 > 1 > 0; A_lin peaks at 2, rho with width +1.00");
    expect(files.filter((path) => path.endsWith(".svg"))).toHaveLength(1);
  });
});
