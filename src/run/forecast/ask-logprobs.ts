import type { Message } from "../../config/experiment.js";
import type { LogprobsBody } from "../../worker/wire/requests.js";
import { float32s, offsets, ragged } from "../blocks/result-rows.js";
import type { ForecastCondition, ForecastWork } from "./forecast-work.js";
import { requestSize } from "./request-size.js";
import { done } from "./run-block.js";

/** A continuation, after a prompt and a prefix, whose tokens' log-probabilities are requested. */
export interface TokenSequence {
  readonly messages: readonly Message[];
  readonly prefix: string;
  readonly continuation: string;
}

/** A sequence under a condition at the edit's own strength; null is the unsteered model. */
export interface LogprobItem {
  readonly sequence: TokenSequence;
  readonly condition: ForecastCondition | null;
  readonly raw: number;
}

/** Most items in a request, so that an answer stays far below a message's largest size. */
const MOST_ITEMS = 2048;

/**
 * Log-probabilities of every item's tokens, in the order of the items; null where the edit made them NaN or infinite.
 * Items of one sequence and layer are sent together, since the worker computes the blocks below the layer once for them.
 */
export async function askLogprobs(
  work: ForecastWork,
  name: string,
  items: readonly LogprobItem[],
): Promise<readonly (readonly number[] | null)[]> {
  const answers: (readonly number[] | null)[] = new Array(items.length).fill(null);
  await Promise.all(
    groups(items).map(async (places, index) => {
      const part = places.map((place) => items[place] as LogprobItem);
      const values = await askGroup(work, `${name}-${index}`, part);
      for (const [i, place] of places.entries()) answers[place] = values[i] ?? null;
    }),
  );
  return answers;
}

/** Indices of the items in each request: sequences stay whole unless one alone is too long for a request. */
function groups(items: readonly LogprobItem[]): readonly (readonly number[])[] {
  const bySequence = new Map<TokenSequence, number[]>();
  for (const [place, { sequence }] of items.entries()) {
    const places = bySequence.get(sequence) ?? [];
    bySequence.set(sequence, places);
    places.push(place);
  }
  const size = requestSize(items.length, MOST_ITEMS);
  const all: number[][] = [];
  let current: number[] = [];
  for (const places of bySequence.values()) {
    for (let start = 0; start < places.length; start += MOST_ITEMS) {
      current.push(...places.slice(start, start + MOST_ITEMS));
      if (current.length < size) continue;
      all.push(current);
      current = [];
    }
  }
  if (current.length > 0) all.push(current);
  return all;
}

async function askGroup(
  work: ForecastWork,
  block: string,
  items: readonly LogprobItem[],
): Promise<readonly (readonly number[] | null)[]> {
  const prompts = new Map<string, number>();
  const edits = new Map<string, number>();
  const index = (table: Map<string, number>, key: string) => {
    const known = table.get(key) ?? table.size;
    table.set(key, known);
    return known;
  };
  const bodyPrompts: LogprobsBody["prompts"][number][] = [];
  const bodyEdits: LogprobsBody["edits"][number][] = [];
  const vectors = new Set<string>();
  const columns = {
    id: [] as string[],
    prompt: [] as number[],
    edit: [] as number[],
    strength: [] as number[],
  };
  for (const [place, { sequence, condition, raw }] of items.entries()) {
    const { messages, prefix } = sequence;
    const prompt = index(prompts, JSON.stringify([messages, prefix]));
    if (prompt === bodyPrompts.length) bodyPrompts.push({ messages, prefix });
    let edit = -1;
    if (condition !== null) {
      const applied = {
        vector: condition.vector,
        layer: condition.layer,
        edit: condition.edit,
        positions: condition.positions,
      };
      vectors.add(condition.vector);
      edit = index(edits, JSON.stringify(applied));
      if (edit === bodyEdits.length) bodyEdits.push(applied);
    }
    columns.id.push(`${block}/${place}`);
    columns.prompt.push(prompt);
    columns.edit.push(edit);
    columns.strength.push(raw);
  }
  const continuation = items.map(({ sequence }) => sequence.continuation);
  const result = await done(work, {
    block,
    request: {
      kind: "logprobs",
      body: { rows: work.rows, prompts: bodyPrompts, edits: bodyEdits, items: { ...columns, continuation } },
    },
    vectors: [...vectors],
    samples: items.length,
  });
  if (result.kind !== "logprobs") throw new Error(`block ${block} was answered with ${result.kind}`);
  const { error } = result.body.items;
  return ragged(float32s(result.blobs, "logprobs"), offsets(result.blobs, items.length)).map(
    (values, item) => (error[item] === null ? values : null),
  );
}
