import { basename } from "node:path";
import type { RequestBody, RequestType } from "../wire/requests.js";

interface DoneFor {
  readonly block: string | null;
  readonly model: string | null;
}

type Words = {
  readonly [T in RequestType]: (body: RequestBody<T>, block: string, model: string) => string;
};

const WORDS: Words = {
  describe: ({ user_methods }) =>
    user_methods.length === 0
      ? "describing its methods"
      : `describing its methods and trying those of ${user_methods.map(({ path }) => basename(path)).join(", ")}`,
  check_params: () => "checking parameters",
  tokenize: ({ model }) => `tokenizing for ${model.ref}`,
  load: ({ model }) => `loading ${model.ref}`,
  fit: ({ vector, direction }, _block, model) => `fitting vector ${vector} (${direction.kind}) on ${model}`,
  put: ({ vector }, _block, model) => `taking over vector ${vector} for ${model}`,
  generate: (_body, block, model) => `generating block ${block} with ${model}`,
  logprobs: (_body, block, model) => `measuring block ${block} on ${model}`,
  calibrate: (_body, block, model) => `measuring divergences of block ${block} on ${model}`,
  accessibility: (_body, _block, model) => `reading the logit lens of ${model}`,
  speed_test: (_body, _block, model) => `testing the speed of ${model}`,
  stop: () => "stopping",
};

/** What a worker does for a request, as in "was ended by SIGSEGV while ...". */
export function doing<T extends RequestType>(type: T, body: RequestBody<T>, about: DoneFor): string {
  return WORDS[type](body, about.block ?? "without a name", about.model ?? "no model");
}
