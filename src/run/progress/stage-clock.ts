/** The stages of a command's time. Where two overlap, the time counts for the one that is listed first. */
const STAGES = ["generation", "sandbox", "start", "orchestration"] as const;
type Stage = (typeof STAGES)[number];

/**
 * Divides the wall-clock time among stages: `generation` while a worker is busy, `sandbox` while only the sandbox is,
 * `start` while only processes are being started, and `orchestration` for the rest.
 */
export class StageClock {
  readonly #now: () => number;
  readonly #running: Record<Stage, number> = { generation: 0, sandbox: 0, start: 0, orchestration: 1 };
  readonly #milliseconds: Record<Stage, number> = { generation: 0, sandbox: 0, start: 0, orchestration: 0 };
  #since: number;

  /** @param now monotonic milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  enter(stage: Stage): void {
    this.#settle();
    this.#running[stage] += 1;
  }

  leave(stage: Stage): void {
    this.#settle();
    this.#running[stage] -= 1;
  }

  /** Call a function whose time belongs to a stage. */
  async during<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    this.enter(stage);
    try {
      return await work();
    } finally {
      this.leave(stage);
    }
  }

  /** Seconds of each stage so far; together they are the time since the clock was made. */
  seconds(): Record<Stage, number> {
    this.#settle();
    const { generation, sandbox, start, orchestration } = this.#milliseconds;
    return {
      generation: generation / 1000,
      sandbox: sandbox / 1000,
      start: start / 1000,
      orchestration: orchestration / 1000,
    };
  }

  #settle(): void {
    const now = this.#now();
    const stage = STAGES.find((one) => this.#running[one] > 0) ?? "orchestration";
    this.#milliseconds[stage] += now - this.#since;
    this.#since = now;
  }
}
