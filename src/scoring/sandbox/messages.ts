import type { Ending } from "./interpreter.js";

/** A message to a sandbox process. */
export interface ToChild {
  readonly id: number;
  /** JSON for the runner's `_serve`. */
  readonly request: string;
  /** Which writes come back: every one as it is made, or the last one when the call ends. */
  readonly keep: "every" | "last";
}

/** What a sandbox process sends: that it can take requests, a write as it is made, the end of a call. `cpu` is in seconds. */
export type FromChild =
  | { readonly kind: "ready"; readonly cpu: number }
  | { readonly kind: "wrote"; readonly id: number; readonly text: string | null }
  | {
      readonly kind: "ended";
      readonly id: number;
      readonly cpu: number;
      readonly ending: Ending;
      readonly last: string | null;
    };

export type Ended = Extract<FromChild, { kind: "ended" }>;

export function isToChild(message: unknown): message is ToChild {
  return (
    typeof message === "object" &&
    message !== null &&
    "id" in message &&
    typeof message.id === "number" &&
    "request" in message &&
    typeof message.request === "string" &&
    "keep" in message &&
    (message.keep === "every" || message.keep === "last")
  );
}
