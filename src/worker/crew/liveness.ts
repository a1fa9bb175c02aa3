export interface LivenessTiming {
  /** Dead after this long without any message. */
  readonly deadMs: number;
}

type Verdict =
  | { readonly kind: "alive" }
  | { readonly kind: "dead"; readonly silentMs: number }
  | { readonly kind: "hung"; readonly flatMs: number };

/** Judges one worker by the arrival times of its messages on the receiver's monotonic clock (milliseconds). */
export class Liveness {
  readonly #timing: LivenessTiming;
  #heard: number;
  #moved: number;
  #progress = 0;
  #allowedMs: number | null = null;

  constructor(timing: LivenessTiming, now: number) {
    this.#timing = timing;
    this.#heard = now;
    this.#moved = now;
  }

  /** Any message arrived. */
  heard(now: number): void {
    this.#heard = Math.max(this.#heard, now);
  }

  heartbeat(progress: number, now: number): void {
    this.heard(now);
    if (progress > this.#progress) this.#moved = now;
    this.#progress = Math.max(progress, this.#progress);
  }

  /** The worker starts a request on which it may go `allowedMs` without progress, or is idle (null). */
  allow(milliseconds: number | null, now: number): void {
    this.#allowedMs = milliseconds;
    this.#moved = now;
  }

  /** Do not count time during which the receiver itself did not run (a stopped or suspended process). */
  excuse(milliseconds: number): void {
    this.#heard += milliseconds;
    this.#moved += milliseconds;
  }

  /** Since the last message, or since the start. */
  silentMs(now: number): number {
    return now - this.#heard;
  }

  verdict(now: number): Verdict {
    const silentMs = this.silentMs(now);
    if (silentMs > this.#timing.deadMs) return { kind: "dead", silentMs };
    // A silent worker cannot report progress either; silence has its own limit.
    const flatMs = this.#heard - this.#moved;
    if (this.#allowedMs !== null && flatMs > this.#allowedMs) return { kind: "hung", flatMs };
    return { kind: "alive" };
  }
}
