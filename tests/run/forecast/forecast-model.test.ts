import { describe, expect, it } from "vitest";
import { forecastModel } from "../../../src/run/forecast/forecast-model.js";
import type { ForecastCondition, ForecastWork } from "../../../src/run/forecast/forecast-work.js";
import type { ForecastEnd } from "../../../src/store/forecast-file.js";
import { type PlantedModel, type PlantedPool, plantedPool } from "./planted-pool.js";

/** Own answers lose 1 nat in all at strength 1 of every vector but "harmless", as the square of the strength. */
const MODEL: PlantedModel = {
  answer: (_, vector, strength) =>
    vector === null || vector === "harmless" ? -0.001 : -0.001 - 0.5 * strength ** 2,
  logOdds: (_, vector, strength) => (vector === "steers" ? 8 - 20 * strength : 8),
  kl: (_, strength) => strength ** 2,
  ranks: [3, 0],
};

const EVERYTHING = { onset: true, collapse: true, kl: true, accessibility: true };

function condition(vector: string, changes: Partial<ForecastCondition> = {}): ForecastCondition {
  return {
    method: "caa",
    role: "method",
    question: "q",
    draw: 0,
    vector,
    layer: 1,
    edit: { kind: "add", params: {}, sha256: null },
    positions: "all",
    unit: "raw",
    axis: "log",
    neutral: 0,
    from: 1 / 32,
    to: 8,
    ...changes,
  };
}

function work(
  conditions: readonly ForecastCondition[],
  changes: Partial<ForecastWork> = {},
  model = MODEL,
): ForecastWork & { readonly pool: PlantedPool } {
  const pool = plantedPool(model);
  const chat = (content: string) => [{ role: "user" as const, content }];
  return {
    load: {
      model: { ref: "m", revision: null, device: "cpu", dtype: "auto", engine: "auto", threads: 1 },
      norm_prompts: [],
    },
    model: {
      name: "planted",
      ref: "m",
      source: "folder",
      revision: null,
      shape: {
        ...{ layers: 2, d_model: 8, heads: 1, kv_heads: 1, head_dim: 8, d_mlp: 8 },
        ...{ vocab_size: 16, parameters: 1000 },
      },
    },
    rows: 8,
    conditions,
    questions: [
      {
        ...{ id: "q", domain: null, messages: chat("q"), right: ["right"], target: ["target"] },
        ...{ others: [], contrast: {}, instruction: null },
        forcedChoice: { prefix: "It is ", right: "right", target: "target" },
      },
    ],
    tasks: ["a", "b", "c"].map((id) => ({ id, messages: chat(id) })),
    decoding: { temperature: 1, top_k: 0, top_p: 1, max_tokens: 16, stop: [] },
    levels: { kept: Math.exp(-1), target: 0.5 },
    scaleOf: () => ({ vectorNorm: 2, residNorm: 6 }),
    vectorTensors: () => ({ layer: 1, tensors: [] }),
    neutralTexts: ["A text."],
    want: EVERYTHING,
    ...changes,
    pool,
  };
}

/** How far an end lies from the truth; infinite where it has no strength. */
function octaves(end: ForecastEnd | undefined, truth: number): number {
  return end?.name === "at" ? Math.abs(Math.log2(end.strength / truth)) : Number.POSITIVE_INFINITY;
}

describe("the forecast of one model", () => {
  it("finds planted onset, collapse, margin and gain", async () => {
    const [row] = await forecastModel(work([condition("steers")]));
    expect(row).toMatchObject({ model: "planted", layers: 2, layer: 1, accessibility: 1 });
    expect(row?.margin).toBeCloseTo(8, 4);
    expect(row?.gain).toBeCloseTo(20, 3);
    expect(octaves(row?.onset, 0.4)).toBeLessThan(0.02);
    expect(octaves(row?.collapse, 1)).toBeLessThan(0.02);
    expect(row?.kl.length).toBeGreaterThan(3);
    for (const { strength, nats } of row?.kl ?? []) expect(nats).toBeCloseTo(strength ** 2, 4);
  });

  it("tells strengths in the condition's unit", async () => {
    const [row] = await forecastModel(work([condition("steers", { unit: "resid" })]));
    // A share c |v| / r with |v| = 2, r = 6 is a third of the raw strength.
    expect(octaves(row?.collapse, 1 / 3)).toBeLessThan(0.02);
    expect(row?.gain).toBeCloseTo(60, 2);
  });

  it("asks the same requests of one worker and of many", async () => {
    const requests = [1, 2, 8].map(async (workers) => {
      const asked = work(Array.from({ length: 40 }, () => condition("steers")));
      await forecastModel({ ...asked, pool: { ...asked.pool, size: workers } });
      return asked.pool.asked.blocks;
    });
    const [one, two, many] = await Promise.all(requests);
    expect(one?.length).toBeGreaterThan(20);
    expect(two).toEqual(one);
    expect(many).toEqual(one);
  });

  it("has names for what is never reached, reached at the lowest strength, and not asked", async () => {
    const rows = await forecastModel(
      work([condition("harmless"), condition("steers", { from: 2 })], {
        want: { ...EVERYTHING, kl: false, accessibility: false },
      }),
    );
    expect(rows.map(({ onset, collapse }) => [onset.name, collapse.name])).toEqual([
      ["never", "never"],
      ["at_lowest", "at_lowest"],
    ]);
    const [unasked] = await forecastModel(
      work([condition("steers")], {
        want: { onset: false, collapse: false, kl: false, accessibility: false },
      }),
    );
    expect(unasked).toMatchObject({
      onset: { name: "not_asked" },
      collapse: { name: "not_asked" },
      ...{ margin: null, gain: null, kl: [], accessibility: null },
    });
  });

  it("takes non-finite logits for a collapse", async () => {
    const bursting = {
      ...MODEL,
      answer: (_: string, vector: string | null, strength: number) =>
        vector !== null && strength > 2 ? null : -0.001,
    };
    const [row] = await forecastModel(work([condition("steers")], {}, bursting));
    expect(octaves(row?.collapse, 2)).toBeLessThan(0.1);
  });

  it("searches a linear axis between its ends", async () => {
    const linear = condition("steers", { axis: "linear", from: 0, to: 4 });
    const [row] = await forecastModel(work([linear]));
    expect(octaves(row?.onset, 0.4)).toBeLessThan(0.05);
    expect(octaves(row?.collapse, 1)).toBeLessThan(0.05);
  });

  it("asks about as much for many conditions at once as for each alone, in few rounds", async () => {
    const many = work(Array.from({ length: 40 }, (_, draw) => condition("steers", { draw })));
    await forecastModel(many);
    const rounds = new Set(many.pool.asked.blocks.map((block) => block.replace(/-\d+$/, "")));
    expect(rounds.size).toBeLessThan(14);
    expect(many.pool.asked.items / 40).toBeLessThan(70);
  });

  it("says so where the unsteered model answers nothing", async () => {
    const silent = work([condition("steers")]);
    const { run } = silent.pool;
    const pool = {
      ...silent.pool,
      run: async (block: Parameters<typeof run>[0]) => {
        const outcome = await run(block);
        if (outcome.kind !== "done" || outcome.result.kind !== "generate") return outcome;
        const { samples } = outcome.result.body;
        const body = { ...outcome.result.body, samples: { ...samples, text: samples.text.map(() => "") } };
        return { ...outcome, result: { ...outcome.result, body } };
      },
    };
    await expect(forecastModel({ ...silent, pool })).rejects.toThrow(
      /gives an empty answer to each of the 3 tasks/,
    );
  });
});
