import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import type { EstimatedWindow, WindowJob } from "../statistics/estimate-window.js";
import type { DrawJob, DrawnWindow } from "./adaptive/draw-window.js";
import { type Forked, forked } from "./forked.js";

export type StatisticsQuestion =
  | { readonly kind: "draw"; readonly job: DrawJob }
  | { readonly kind: "estimate"; readonly job: WindowJob };

export type StatisticsAnswer =
  | { readonly kind: "draw"; readonly window: DrawnWindow | null }
  | { readonly kind: "estimate"; readonly window: EstimatedWindow };

type Child = Forked<StatisticsQuestion, StatisticsAnswer>;
type Waiting = (child: Child) => void;

/** Processes at most, each about 80 MB. */
const MOST_PROCESSES = 5;

/**
 * Processes that work windows out beside a run; each is started when it is first needed. Draws, which a round waits for,
 * go before estimates, which only the report needs, and one process is kept free of these.
 */
export class StatisticsPool {
  readonly #most: number;
  readonly #children: Child[] = [];
  readonly #idle: Child[] = [];
  readonly #waiting: Record<StatisticsQuestion["kind"], Waiting[]> = { draw: [], estimate: [] };
  /** By what they are estimated from: what was worked out while the run went on is not worked out again. */
  readonly #estimates = new Map<string, Promise<EstimatedWindow>>();
  #estimating = 0;

  constructor(processes = Math.min(MOST_PROCESSES, availableParallelism() + 1)) {
    this.#most = Math.max(2, processes);
  }

  async draw(job: DrawJob): Promise<DrawnWindow | null> {
    const answer = await this.#ask({ kind: "draw", job });
    return answer.kind === "draw" ? answer.window : null;
  }

  /** The same promise for the same job; one that failed is begun anew. */
  estimate(job: WindowJob): Promise<EstimatedWindow> {
    const { key, curve, range, analysis, seed } = job;
    const content = JSON.stringify([key, curve, range, analysis, seed]);
    const id = createHash("sha256").update(content).digest("hex");
    const known = this.#estimates.get(id);
    if (known !== undefined) return known;
    const estimate = this.#ask({ kind: "estimate", job }).then((answer) => {
      if (answer.kind !== "estimate") throw new Error(`${key} was drawn, not estimated`);
      return answer.window;
    });
    this.#estimates.set(id, estimate);
    estimate.catch(() => this.#estimates.delete(id));
    return estimate;
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.end()));
  }

  async #ask(question: StatisticsQuestion): Promise<StatisticsAnswer> {
    const child = await this.#take(question.kind);
    try {
      return await child.ask(question);
    } finally {
      this.#release(child, question.kind);
    }
  }

  #take(kind: StatisticsQuestion["kind"]): Child | Promise<Child> {
    if (this.#mayStart(kind)) {
      const child = this.#idle.pop() ?? this.#start();
      if (child !== null) {
        if (kind === "estimate") this.#estimating += 1;
        return child;
      }
    }
    return new Promise((resolve) => this.#waiting[kind].push(resolve));
  }

  #mayStart(kind: StatisticsQuestion["kind"]): boolean {
    return kind === "draw" || this.#estimating < this.#most - 1;
  }

  #start(): Child | null {
    if (this.#children.length >= this.#most) return null;
    const child: Child = forked("statistics-process", import.meta.url);
    this.#children.push(child);
    return child;
  }

  #release(child: Child, kind: StatisticsQuestion["kind"]): void {
    if (kind === "estimate") this.#estimating -= 1;
    const drawing = this.#waiting.draw.shift();
    if (drawing !== undefined) {
      drawing(child);
      return;
    }
    const estimating = this.#mayStart("estimate") ? this.#waiting.estimate.shift() : undefined;
    if (estimating === undefined) {
      this.#idle.push(child);
      return;
    }
    this.#estimating += 1;
    estimating(child);
  }
}

/** Does something with processes for its statistics; they are gone when it returns. */
export async function withStatistics<T>(work: (statistics: StatisticsPool) => Promise<T>): Promise<T> {
  const statistics = new StatisticsPool();
  try {
    return await work(statistics);
  } finally {
    await statistics.close();
  }
}
