import { type Forked, forked } from "../forked.js";
import type { DrawnWindow, PosteriorJob } from "./posterior-job.js";

type Child = Forked<PosteriorJob, DrawnWindow | null>;

/** Processes that draw windows beside the run; each is started when it is first needed. */
export class PosteriorPool {
  readonly #most: number;
  readonly #children: Child[] = [];
  readonly #idle: Child[] = [];
  readonly #waiting: ((child: Child) => void)[] = [];

  constructor(processes: number) {
    this.#most = processes;
  }

  async draw(job: PosteriorJob): Promise<DrawnWindow | null> {
    const child = await this.#take();
    try {
      return await child.ask(job);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(child);
      else next(child);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.end()));
  }

  #take(): Child | Promise<Child> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#children.length < this.#most) {
      const child: Child = forked("posterior-process", import.meta.url);
      this.#children.push(child);
      return child;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
