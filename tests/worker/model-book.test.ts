import { expect, test } from "vitest";
import type { LoadedBy } from "../../src/worker/crew/other-engine.js";
import { ModelBook } from "../../src/worker/model-book.js";

const loaded = (worker: string, changes: Partial<LoadedBy> = {}): LoadedBy => ({
  ...{ worker, model_class: "Toy", parameters: 10, layers: 2, d_model: 4, vocab_size: 8, device: "cpu" },
  ...{ dtype: "float32", engine: "batched", engine_reason: "it agrees", fallback: false, threads: 1 },
  ...{ flops_per_token: 10, matmul_flops: null, revision: null, resid_norms: [], load_seconds: 0 },
  hashes: { weights: "w", config: "c", tokenizer: "t", chat_template: "h" },
  ...changes,
});
const fallen = { engine: "transformer_lens", engine_reason: "batched is 1 nat apart", fallback: true };

test("every worker must load what the first one did: the same files, on the same engine", () => {
  const book = new ModelBook();
  book.loaded("a", "gemma", loaded("w1-1"));
  book.loaded("a", "gemma", loaded("w2-2"));
  expect(() => book.loaded("a", "gemma", loaded("w2-3", fallen))).toThrow(
    "Worker w2-3 runs gemma on transformer_lens (batched is 1 nat apart), but worker w1-1 ran it first, on batched, and the samples of a run come from one engine: start a new run with --set execution.engine=transformer_lens, in a separate folder.",
  );
  const hashes = { ...loaded("").hashes, tokenizer: "u" };
  expect(() => book.loaded("a", "gemma", loaded("w2-3", { ...fallen, hashes }))).toThrow(
    /^The tokenizer of gemma changed/,
  );
});

test("another model may run on another engine", () => {
  const book = new ModelBook();
  book.loaded("a", "gemma", loaded("w1-1"));
  book.loaded("b", "other", loaded("w2-2", fallen));
  expect(() => book.loaded("b", "other", loaded("w1-1", fallen))).not.toThrow();
});
