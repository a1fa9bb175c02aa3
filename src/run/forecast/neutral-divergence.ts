import type { ForecastEnd, ForecastRow } from "../../store/forecast-file.js";
import type { CalibrateBody } from "../../worker/wire/requests.js";
import { float32s } from "../blocks/result-rows.js";
import { type ForecastCondition, type ForecastWork, rawStrength } from "./forecast-work.js";
import { requestSize } from "./request-size.js";
import { done } from "./run-block.js";

/** Distances in octaves from the forecast collapse at which the divergence is read. */
const OCTAVES = [-3, -2, -1, 0, 1];
const MOST_ITEMS = 512;

/**
 * KL(unsteered || steered) on the neutral texts around each condition's forecast collapse, in nats by strength; over the
 * whole range if no collapse is forecast. Strengths with NaN or infinite logits are left out.
 */
export async function neutralDivergences(
  work: ForecastWork,
  collapses: readonly ForecastEnd[],
): Promise<readonly ForecastRow["kl"][]> {
  const asked = work.conditions.flatMap((condition, place) =>
    strengthsOf(condition, collapses[place]).map((strength) => ({ condition, place, strength })),
  );
  const rows: { strength: number; nats: number }[][] = work.conditions.map(() => []);
  const size = requestSize(asked.length, MOST_ITEMS);
  const starts = Array.from({ length: Math.ceil(asked.length / size) }, (_, i) => i * size);
  const parts = await Promise.all(
    starts.map((start) =>
      divergences(work, `forecast-${work.model.name}-kl-${start}`, asked.slice(start, start + size)),
    ),
  );
  for (const [index, nats] of parts.flat().entries()) {
    const one = asked[index];
    if (one !== undefined && nats !== null) rows[one.place]?.push({ strength: one.strength, nats });
  }
  return rows;
}

interface Asked {
  readonly condition: ForecastCondition;
  readonly strength: number;
}

async function divergences(
  work: ForecastWork,
  block: string,
  asked: readonly Asked[],
): Promise<readonly (number | null)[]> {
  const edits = new Map<ForecastCondition, number>();
  for (const { condition } of asked) if (!edits.has(condition)) edits.set(condition, edits.size);
  const body: CalibrateBody = {
    rows: work.rows,
    texts: work.neutralTexts,
    edits: [...edits.keys()].map(({ vector, layer, edit, positions }) => ({
      vector,
      layer,
      edit,
      positions,
    })),
    items: {
      id: asked.map((_, index) => `${block}/${index}`),
      edit: asked.map(({ condition }) => edits.get(condition) ?? 0),
      strength: asked.map(({ condition, strength }) => rawStrength(work, condition, strength)),
    },
  };
  const vectors = [...new Set(asked.map(({ condition }) => condition.vector))];
  const result = await done(work, {
    block,
    request: { kind: "calibrate", body },
    vectors,
    samples: asked.length,
  });
  if (result.kind !== "calibrate") throw new Error(`block ${block} was answered with ${result.kind}`);
  const { error } = result.body.items;
  return float32s(result.blobs, "kl").map((nats, index) => (error[index] === null ? nats : null));
}

function strengthsOf(condition: ForecastCondition, collapse: ForecastEnd | undefined): readonly number[] {
  const { axis, from, to } = condition;
  if (axis === "log" && collapse?.name === "at") {
    const around = OCTAVES.map((octaves) => collapse.strength * 2 ** octaves);
    return around.filter((strength) => strength >= from && strength <= to);
  }
  const steps = OCTAVES.length - 1;
  return OCTAVES.map((_, i) =>
    axis === "log" ? from * (to / from) ** (i / steps) : from + ((to - from) * i) / steps,
  );
}
