import type {
  ContrastPosition,
  Decoding,
  Message,
  Positions,
  StatementPair,
  StrengthUnit,
} from "../config/experiment.js";
import type { PinnedComponent } from "../config/pinned-component.js";

/** What a plan must know of a model without loading it; read from its config.json or from configs/shapes. */
export interface ModelShape {
  readonly layers: number;
  readonly d_model: number;
  readonly heads: number;
  readonly kv_heads: number;
  readonly head_dim: number;
  readonly d_mlp: number;
  readonly vocab_size: number;
  readonly parameters: number;
}

export interface PlannedModel {
  readonly name: string;
  readonly ref: string;
  readonly source: "folder" | "hub";
  readonly revision: string | null;
  readonly shape: ModelShape;
}

/** A vector to fit once: (model, layer, direction + parameters, contrast, draw). */
export interface PlannedVector {
  readonly id: string;
  readonly model: string;
  readonly method: string;
  readonly question: string;
  readonly layer: number;
  readonly direction: PinnedComponent;
  readonly contrast: (StatementPair & { readonly position: ContrastPosition }) | null;
  readonly draw: number;
  readonly seed: number;
}

export interface PlannedPrompt {
  readonly kind: "question" | "task";
  /** Question id, or task id. */
  readonly id: string;
  readonly capability: string | null;
  readonly messages: readonly Message[];
}

/** (vector or baseline, strength, positions, prompt) with `n` samples. */
export interface Cell {
  readonly id: string;
  readonly model: string;
  /** Null for the baseline. */
  readonly method: string | null;
  readonly role: "baseline" | "method" | "control";
  readonly vector: string | null;
  readonly edit: PinnedComponent | null;
  /** Question whose contrast the vector came from (for the `prompt` method: whose instruction); null for the baseline. */
  readonly question: string | null;
  readonly draw: number | null;
  readonly layer: number | null;
  readonly strength: number | null;
  readonly unit: StrengthUnit | null;
  readonly positions: Positions | null;
  /** Index into `Plan.prompts`. */
  readonly prompt: number;
  readonly decoding: Decoding;
  readonly n: number;
  /** Index of the first of them among all samples of this specification: later rounds go on where earlier ones ended. */
  readonly first: number;
  /** Hash of the specification that all samples of the cell share; a sample's id hashes it with the sample's index. */
  readonly specification: string;
}

/** One continuation whose log-probability is read in a cell's condition. */
export interface PlannedMeasurement {
  readonly id: string;
  readonly cell: string;
  readonly name: "answer_logprob";
  readonly role: "right" | "target";
  readonly prefix: string;
  readonly continuation: string;
}

/** A fixed list of samples (or measurements) of one model, contiguous in plan order: the unit of work, lease and commit. */
export interface Block {
  readonly id: string;
  readonly index: number;
  readonly kind: "generate" | "logprobs";
  readonly model: string;
  /** First sample (or measurement) in plan order, and how many. */
  readonly first: number;
  readonly count: number;
}

export interface SampleSpec {
  readonly id: string;
  readonly plan_index: number;
  readonly cell: Cell;
  /** 0-based among all samples of the cell's specification. */
  readonly index: number;
}

export interface Plan {
  readonly schema_version: 1;
  readonly generation_hash: string;
  readonly seed: number;
  readonly models: readonly PlannedModel[];
  readonly vectors: readonly PlannedVector[];
  readonly prompts: readonly PlannedPrompt[];
  readonly cells: readonly Cell[];
  readonly measurements: readonly PlannedMeasurement[];
  readonly blocks: readonly Block[];
  readonly samples: number;
}
