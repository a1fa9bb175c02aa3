import { z } from "zod";
import { UserError } from "../../util/user-error.js";
import type { ModelShape } from "../plan.js";

const size = (standard: number, largest: number) => z.int().min(1).max(largest).default(standard);

/**
 * The keys of a Gemma 3 text config that decide its size: the standard values of transformers where they are left out, and
 * the largest, far beyond any model's (`python-worker/steering_worker/models/config_sizes.py` has the same).
 */
const textConfig = z.object({
  model_type: z.enum(["gemma3_text"]).default("gemma3_text"),
  num_hidden_layers: size(26, 1_000),
  hidden_size: size(2304, 2 ** 17),
  intermediate_size: size(9216, 2 ** 20),
  num_attention_heads: size(8, 2 ** 12),
  num_key_value_heads: size(4, 2 ** 12),
  head_dim: size(256, 2 ** 14),
  vocab_size: size(262208, 2 ** 24),
  attention_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().optional(),
});

const modelConfig = z.discriminatedUnion("model_type", [
  z.object({
    model_type: z.literal("gemma3"),
    text_config: textConfig,
    tie_word_embeddings: z.boolean().optional(),
  }),
  textConfig.extend({ model_type: z.literal("gemma3_text") }),
]);

/** The shape that a Hugging Face `config.json` describes, of text-only and multimodal Gemma 3. `where` names the file. */
export function shapeOfConfig(json: unknown, where: string): ModelShape {
  const kind = z.object({ model_type: z.string() }).safeParse(json);
  const result = modelConfig.safeParse(json);
  if (!result.success) {
    const received = kind.success ? `model_type "${kind.data.model_type}"` : "no model_type";
    const issue = result.error.issues[0];
    const detail =
      issue === undefined || issue.code === "invalid_union" || issue.path[0] === "model_type"
        ? ""
        : ` (${issue.path.join(".")}: ${issue.message})`;
    throw new UserError(
      `${where}: not the config of a Gemma 3 model, received ${received}${detail}, expected model_type gemma3 or gemma3_text with whole numbers for its sizes`,
    );
  }
  const config = result.data.model_type === "gemma3" ? result.data.text_config : result.data;
  const tied = config.tie_word_embeddings ?? result.data.tie_word_embeddings ?? true;
  const shape = {
    layers: config.num_hidden_layers,
    d_model: config.hidden_size,
    heads: config.num_attention_heads,
    kv_heads: config.num_key_value_heads,
    head_dim: config.head_dim,
    d_mlp: config.intermediate_size,
    vocab_size: config.vocab_size,
  };
  return Object.freeze({ ...shape, parameters: countParameters(shape, tied, config.attention_bias) });
}

/** Parameters of the text model: embeddings, per block four projections, a gated MLP and six norms, and the last norm. */
function countParameters(shape: Omit<ModelShape, "parameters">, tied: boolean, bias: boolean): number {
  const { layers, d_model, heads, kv_heads, head_dim, d_mlp, vocab_size } = shape;
  const query = heads * head_dim;
  const keyValue = kv_heads * head_dim;
  const attention = 2 * d_model * query + 2 * d_model * keyValue + 2 * head_dim;
  const biases = bias ? query + 2 * keyValue + d_model : 0;
  const block = attention + biases + 3 * d_model * d_mlp + 4 * d_model;
  return vocab_size * d_model * (tied ? 1 : 2) + layers * block + d_model;
}
