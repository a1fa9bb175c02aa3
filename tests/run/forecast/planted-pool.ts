import type { BlockOutcome, BlockWork, Pool } from "../../../src/worker/pool.js";
import type { CalibrateBody, GenerateBody, LogprobsBody } from "../../../src/worker/wire/requests.js";
import type { BlockResult } from "../../../src/worker/wire/results.js";

/** What a planted model answers. Strengths are raw. */
export interface PlantedModel {
  /** Log-probability that each of an answer's two tokens has; null for non-finite logits. */
  readonly answer: (task: string, vector: string | null, strength: number) => number | null;
  /** log p(right) - log p(target), where nothing else is answered. */
  readonly logOdds: (question: string, vector: string | null, strength: number) => number;
  readonly kl: (vector: string, strength: number) => number;
  /** Rank of the right answer by layer. */
  readonly ranks: readonly number[];
}

export interface PlantedPool extends Pool {
  readonly asked: { items: number; readonly blocks: string[] };
}

/** A pool that answers by a planted model, and counts what it was asked. */
export function plantedPool(planted: PlantedModel): PlantedPool {
  const asked = { items: 0, blocks: [] as string[] };
  const refuse = () => {
    throw new Error("a forecast does not ask this");
  };
  return {
    asked,
    size: 2,
    hello: refuse,
    catalogue: refuse,
    checkParams: refuse,
    tokenize: refuse,
    load: refuse,
    fit: refuse,
    speedTest: refuse,
    accessibility: async (_, { prompts }) =>
      prompts.map(() =>
        planted.ranks.map((rightRank) => ({ rightLogprob: -1, targetLogprob: -2, rightRank, targetRank: 9 })),
      ),
    run: async (work) => {
      asked.items += work.samples;
      asked.blocks.push(work.block);
      return outcome(answer(work, planted));
    },
    close: async () => {},
    kill: () => {},
  };
}

function outcome(result: BlockResult): BlockOutcome {
  return { kind: "done", result, worker: "planted", lease: 1, attempt: 1, committed: () => {} };
}

function answer({ request }: BlockWork, planted: PlantedModel): BlockResult {
  if (request.kind === "generate") return generated(request.body);
  return request.kind === "calibrate" ? calibrated(request.body, planted) : measured(request.body, planted);
}

function generated({ samples }: GenerateBody): BlockResult {
  const column = <T>(value: T) => samples.id.map(() => value);
  return {
    kind: "generate",
    body: {
      samples: {
        text: column("def f(): pass"),
        stop: column("end"),
        error: column(null),
        prompt_tokens: column(4),
        applied_norm: column(null),
      },
      realised_rows: 1,
      steps: 1,
      seconds: 0,
      stages: { prefill_seconds: 0, decode_seconds: 0, prefill_tokens: 0, decode_tokens: 0 },
    },
    blobs: new Map(),
  };
}

function measured({ prompts, edits, items }: LogprobsBody, planted: PlantedModel): BlockResult {
  const values = items.id.map((_, i) => {
    const { messages = [], prefix = "" } = prompts[items.prompt[i] ?? -1] ?? {};
    const vector = edits[items.edit[i] ?? -1]?.vector ?? null;
    const strength = items.strength[i] ?? 0;
    const name = messages[0]?.content ?? "";
    if (prefix === "") {
      const token = planted.answer(name, vector, strength);
      return token === null ? null : [token, token];
    }
    const odds = planted.logOdds(name, vector, strength);
    return [-Math.log1p(Math.exp(items.continuation[i] === "right" ? -odds : odds))];
  });
  const counts = values.map((tokens) => tokens?.length ?? 0);
  let end = 0;
  const offsets = [0, ...counts.map((count) => (end += count))];
  return {
    kind: "logprobs",
    body: {
      items: {
        n_tokens: counts,
        error: values.map((tokens) => (tokens === null ? "non_finite_logits" : null)),
      },
      realised_rows: 1,
      seconds: 0,
    },
    blobs: new Map([
      ["logprobs", bytes(Float32Array.from(values.flatMap((tokens) => tokens ?? [])))],
      ["token_offsets", bytes(BigInt64Array.from(offsets, BigInt))],
    ]),
  };
}

function calibrated({ edits, items }: CalibrateBody, planted: PlantedModel): BlockResult {
  const kl = items.id.map((_, i) =>
    planted.kl(edits[items.edit[i] ?? -1]?.vector ?? "", items.strength[i] ?? 0),
  );
  return {
    kind: "calibrate",
    body: { items: { error: items.id.map(() => null) }, realised_rows: 1, seconds: 0 },
    blobs: new Map([["kl", bytes(Float32Array.from(kl))]]),
  };
}

const bytes = (values: Float32Array | BigInt64Array) => new Uint8Array(values.buffer);
