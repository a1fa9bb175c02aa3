/** The experiment as the rest of the program sees it: everything resolved, inlined and frozen. */

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface StatementPair {
  readonly positive: readonly string[];
  readonly negative: readonly string[];
}

export type ContrastPosition = "last_token" | "word";

export interface Question {
  readonly id: string;
  readonly domain: string | null;
  readonly messages: readonly Message[];
  readonly right: readonly string[];
  readonly target: readonly string[];
  readonly others: readonly string[];
  /** Statements to read, by the position they are read at. */
  readonly contrast: Readonly<Partial<Record<ContrastPosition, StatementPair>>>;
  readonly forcedChoice: { readonly prefix: string; readonly right: string; readonly target: string } | null;
  /** What the `prompt` method puts into the messages. */
  readonly instruction: string | null;
}

export interface TaskCase {
  readonly args: readonly unknown[];
  readonly value: unknown;
}

export interface PythonTask {
  readonly id: string;
  readonly messages: readonly Message[];
  readonly function: string;
  readonly cases: readonly TaskCase[];
  readonly reference: string;
  readonly wrong: readonly string[];
}

export interface Capability {
  readonly id: string;
  readonly kind: "python";
  readonly tasks: readonly PythonTask[];
}

/** A scorer that a config names beside those that every run has. */
export interface ScorerReference {
  /** The value of the column `scorer`. */
  readonly name: string;
}

export interface ModelReference {
  /** Short name, unique in the experiment: the column `model`. */
  readonly name: string;
  /** Absolute folder, or hub id. */
  readonly ref: string;
  readonly source: "folder" | "hub";
  readonly revision: string | null;
  /** Parameter count given by the config; null takes it from the model's shape. */
  readonly parameters: number | null;
}

export interface Component {
  /** Registered kind, or the absolute path of a user's file. */
  readonly kind: string;
  readonly params: Readonly<Record<string, unknown>>;
  /**
   * For a user's file, and for the file that `vector_file` reads (`params.path`, absolute): its sha256, and the path as
   * the config names it.
   */
  readonly file: { readonly path: string; readonly sha256: string } | null;
}

export type StrengthUnit = "raw" | "resid";
export type Positions = "all" | "prompt" | "content" | "generated";

/** Fixed strengths. */
export interface StrengthGrid {
  readonly kind: "grid";
  readonly unit: StrengthUnit;
  /** Ascending. */
  readonly values: readonly number[];
}

/** Strengths that the run finds itself, round by round, between two ends. */
export interface StrengthSearch {
  readonly kind: "search";
  readonly unit: StrengthUnit;
  readonly from: number;
  readonly to: number;
}

export type Strengths = StrengthGrid | StrengthSearch;

export interface SampleCounts {
  /** Samples of a question prompt in one cell. */
  readonly question: number;
  /** Samples of each capability task in one cell. */
  readonly task: number;
}

interface MethodBase {
  /** Unique in the experiment: the column `method`. */
  readonly name: string;
  readonly role: "method" | "control";
  readonly samples: SampleCounts;
}

export interface ActivationMethod extends MethodBase {
  readonly kind: "activation";
  readonly direction: Component;
  /** Position of the statements that the direction is given; null for none. */
  readonly contrast: ContrastPosition | null;
  readonly edit: Component;
  /** Each an index (integer) or a fraction of depth in (0, 1); "auto" is chosen on the development questions. */
  readonly layers: readonly number[] | "auto";
  readonly positions: Positions;
  readonly strengths: Strengths;
  /** Vectors fitted per question and layer: random directions, or fits to resampled statements. */
  readonly draws: number;
  /** What each draw after the first is fitted to: the same statements, or as many drawn from them with replacement. */
  readonly resample: "none" | "statements";
}

export interface PromptMethod extends MethodBase {
  readonly kind: "prompt";
}

export type Method = ActivationMethod | PromptMethod;

export interface Decoding {
  readonly temperature: number;
  readonly top_k: number;
  readonly top_p: number;
  readonly max_tokens: number;
  readonly stop: readonly string[];
}

export interface Execution {
  readonly device: string;
  readonly dtype: "auto" | "float32" | "bfloat16";
  /** Its name, or `auto`. */
  readonly engine: string;
  /** Rows decoded at a time; "auto" is settled at a run's first start. */
  readonly rows: number | "auto";
  /** Threads a worker; "auto" is settled at a run's first start. */
  readonly threads: number | "auto";
  readonly workers: number | "auto";
  /** Samples a block. */
  readonly block: number;
}

/** How methods with searched strengths spend their samples, and when they stop. */
export interface Design {
  /** A window is narrow enough when its interval, for these items, is at most this wide: octaves. */
  readonly precision: number;
  /** Samples that one window (one model, question, method, layer) may take before it is given up as not reached. */
  readonly window_samples: number;
  /** Samples of the whole run; null for no limit. */
  readonly max_samples: number | null;
  /** Turned into samples once, at a run's first start; null for no limit. */
  readonly max_minutes: number | null;
}

export interface Analysis {
  /** Onset: target rate at or above this. */
  readonly target_threshold: number;
  /** Collapse: capability at or below this share of the model's own baseline. */
  readonly capability_threshold: number;
  /** Frontier: capability loss allowed, for the headline. */
  readonly frontier_loss: number;
  /** Capability losses at which the frontier is reported; ascending, including `frontier_loss`. */
  readonly frontier_losses: readonly number[];
  /** What the question is about, named before data: any other estimand is secondary. */
  readonly primary: "width" | "frontier" | "safety";
  /** Slopes nearer to 0 than these are of no interest, by estimand, in its unit per doubling of parameters; positive. */
  readonly smallest_slope: Readonly<Record<"width" | "safety" | "frontier", number>>;
  /** Pairs of methods that are compared, named before data: any other comparison is exploratory. */
  readonly contrasts: readonly { readonly method: string; readonly against: string }[];
  readonly confidence: number;
  readonly bootstrap: number;
}

export interface Experiment {
  readonly name: string;
  readonly description: string | null;
  readonly models: readonly ModelReference[];
  readonly questions: readonly Question[];
  /** Questions that layers are chosen on; none of them is reported. */
  readonly development: readonly Question[];
  readonly capabilities: readonly Capability[];
  readonly scorers: readonly ScorerReference[];
  readonly methods: readonly Method[];
  readonly baseline: SampleCounts;
  readonly decoding: { readonly question: Decoding; readonly task: Decoding };
  readonly measurements: readonly "answer_logprobs"[];
  readonly seed: number;
  readonly execution: Execution;
  readonly design: Design;
  readonly analysis: Analysis;
}
