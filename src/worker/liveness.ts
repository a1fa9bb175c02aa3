import type { WorkerState } from "./messages.js";

export interface LivenessTiming {
  /** Dead after this long without any message. */
  readonly deadMs: number;
  /** Hung after progress was flat for this long, by what the worker does. `idle` counts while a request is outstanding. */
  readonly hungMs: Readonly<Record<WorkerState, number>>;
}

export type Verdict =
  | { readonly kind: "alive" }
  | { readonly kind: "dead"; readonly silentMs: number }
  | { readonly kind: "hung"; readonly state: WorkerState; readonly flatMs: number };

/** Judges one worker by the times of its messages on the receiver's monotonic clock (milliseconds). */
export class Liveness {
  readonly #timing: LivenessTiming;
  #heard: number;
  #moved: number;
  #progress = 0;
  #state: WorkerState = "idle";
  #outstanding = false;

  constructor(timing: LivenessTiming, now: number) {
    this.#timing = timing;
    this.#heard = now;
    this.#moved = now;
  }

  /** Any message arrived. */
  heard(now: number): void {
    this.#heard = Math.max(this.#heard, now);
  }

  heartbeat(progress: number, state: WorkerState, now: number): void {
    this.heard(now);
    if (progress > this.#progress || state !== this.#state) this.#moved = now;
    this.#progress = Math.max(progress, this.#progress);
    this.#state = state;
  }

  /** Whether any request waits for its answer; called whenever one is sent or answered, which counts as movement. */
  outstanding(any: boolean, now: number): void {
    this.#outstanding = any;
    this.#moved = now;
  }

  /** Do not count time during which the receiver itself did not run (a stopped or suspended process). */
  excuse(milliseconds: number): void {
    this.#heard += milliseconds;
    this.#moved += milliseconds;
  }

  verdict(now: number): Verdict {
    const silentMs = now - this.#heard;
    if (silentMs > this.#timing.deadMs) return { kind: "dead", silentMs };
    const flatMs = now - this.#moved;
    if (this.#outstanding && flatMs > this.#timing.hungMs[this.#state]) {
      return { kind: "hung", state: this.#state, flatMs };
    }
    return { kind: "alive" };
  }
}
