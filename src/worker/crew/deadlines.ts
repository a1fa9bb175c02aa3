import type { LogprobsBody, RequestBody, RequestType } from "../wire/requests.js";

export interface DeadlineTiming {
  /** For every request, in addition to what its rows and tokens take. */
  readonly requestMs: number;
  /** For each of a user's method files, which are executed and tried. */
  readonly methodMs: number;
  /** For requests that may download: a model, a tokenizer, a dictionary. */
  readonly downloadMs: number;
}

/** A model in a worker's memory. */
export interface HeldModel {
  readonly ref: string;
  /** At the rate that the worker measured. */
  readonly secondsPerToken: number;
}

/** The most that a worker does between two counts of progress. */
interface Pass {
  readonly rows: number;
  /** Tokens of the longest row, or more. */
  readonly tokens: number;
}

/** For a user's slow edit, and everything else that is not a matrix product. */
const ROW_MS = 100;
/** Factor on the time of the arithmetic: other programs may share the cores. */
const SPARE = 4;
const ROWS_IN_A_PASS = 16;
/** Tokens around each message and around the whole chat. */
const TEMPLATE_TOKENS = 32;

type Passes = { readonly [T in RequestType]?: (body: RequestBody<T>) => Pass };

const PASSES: Passes = {
  generate: ({ rows, prompts }) => ({
    rows,
    tokens: longest(prompts.map(({ messages }) => chatTokens(messages))),
  }),
  logprobs: ({ rows, prompts, items }) => ({
    rows,
    tokens: longest(prompts.map(measuredTokens)) + longest(items.continuation.map(bytes)),
  }),
  calibrate: ({ rows, texts }) => ({ rows, tokens: longest(texts.map(bytes)) }),
  accessibility: ({ prompts }) => ({ rows: ROWS_IN_A_PASS, tokens: longest(prompts.map(measuredTokens)) }),
  speed_test: ({ rows, new_tokens }) => ({ rows, tokens: new_tokens }),
};
const DOWNLOADS: ReadonlySet<RequestType> = new Set(["load", "tokenize", "fit"]);

/** How long a worker may go without progress on a request; it counts progress at least once for every pass of its rows. */
export function allowedMs<T extends RequestType>(
  type: T,
  body: RequestBody<T>,
  model: HeldModel | null,
  timing: DeadlineTiming,
): number {
  const methods = "user_methods" in body ? body.user_methods.length * timing.methodMs : 0;
  const base = (DOWNLOADS.has(type) ? timing.downloadMs : timing.requestMs) + methods;
  const pass = PASSES[type]?.(body);
  if (!pass) return base;
  const arithmetic = SPARE * 1000 * pass.tokens * (model?.secondsPerToken ?? 0);
  return base + pass.rows * (ROW_MS + arithmetic);
}

type Chat = LogprobsBody["prompts"][number]["messages"];

const measuredTokens = ({ messages, prefix }: LogprobsBody["prompts"][number]) =>
  chatTokens(messages) + bytes(prefix);

const chatTokens = (messages: Chat) =>
  messages.reduce((sum, { content }) => sum + bytes(content) + TEMPLATE_TOKENS, TEMPLATE_TOKENS);

/** No tokenizer produces more tokens than a text has bytes. */
const bytes = (text: string) => Buffer.byteLength(text);

const longest = (lengths: readonly number[]) => lengths.reduce((most, length) => Math.max(most, length), 0);
