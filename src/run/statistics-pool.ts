import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import type { FigureDrawer, FigureFile } from "../report/figures/drawer.js";
import type { Figure } from "../report/figures/figures.js";
import type { EstimatedWindow, WindowJob } from "../statistics/estimate-window.js";
import type { DrawJob, DrawnWindow } from "./adaptive/draw-window.js";
import { type Forked, forked } from "./forked.js";

export type StatisticsQuestion =
  | { readonly kind: "draw"; readonly job: DrawJob }
  | { readonly kind: "estimate"; readonly job: WindowJob }
  /** Null: only be ready to draw. */
  | { readonly kind: "figure"; readonly figure: Figure | null };

export type StatisticsAnswer =
  | { readonly kind: "draw"; readonly window: DrawnWindow | null }
  | { readonly kind: "estimate"; readonly window: EstimatedWindow }
  | { readonly kind: "figure"; readonly files: readonly FigureFile[] };

type Child = Forked<StatisticsQuestion, StatisticsAnswer>;
type Waiting = (child: Child) => void;
type Urgency = "draw" | "later";

/** Processes at most, each about 80 MB. */
const MOST_PROCESSES = 5;

/**
 * Processes that work windows out beside a run and draw the figures of its report; each is started when it is first
 * needed. Draws, which a round waits for, go before all that only the report needs, and one process is kept free of that.
 */
export class StatisticsPool implements FigureDrawer {
  readonly #most: number;
  readonly #children = new Set<Child>();
  readonly #idle: Child[] = [];
  readonly #waiting: Record<Urgency, Waiting[]> = { draw: [], later: [] };
  /** By what they are estimated from: what was worked out while the run went on is not worked out again. */
  readonly #estimates = new Map<string, Promise<EstimatedWindow>>();
  #later = 0;

  constructor(processes = Math.min(MOST_PROCESSES, availableParallelism() + 1)) {
    this.#most = Math.max(2, processes);
  }

  async drawWindow(job: DrawJob): Promise<DrawnWindow | null> {
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

  async draw(figure: Figure): Promise<readonly FigureFile[]> {
    const answer = await this.#ask({ kind: "figure", figure });
    return answer.kind === "figure" ? answer.files : [];
  }

  /** Has processes that have nothing else to do made ready to draw figures. */
  expectFigures(): void {
    for (const _ of this.#idle.slice(1)) void this.#ask({ kind: "figure", figure: null }).catch(() => {});
  }

  async sent(): Promise<void> {
    await Promise.all([...this.#children].map((child) => child.sent()));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#children].map((child) => child.end()));
  }

  async #ask(question: StatisticsQuestion): Promise<StatisticsAnswer> {
    const urgency = question.kind === "draw" ? "draw" : "later";
    const taken = this.#take(urgency);
    // Without a wait where none is needed, so that `sent` knows of it at once.
    const child = taken instanceof Promise ? await taken : taken;
    try {
      const answer = await child.ask(question);
      this.#leave(urgency, child);
      return answer;
    } catch (cause) {
      this.#children.delete(child);
      this.#leave(urgency, null);
      throw cause;
    }
  }

  #take(urgency: Urgency): Child | Promise<Child> {
    if (this.#mayStart(urgency)) {
      const child = this.#idle.pop() ?? (this.#children.size < this.#most ? this.#begin() : null);
      if (child !== null) {
        if (urgency === "later") this.#later += 1;
        return child;
      }
    }
    return new Promise((resolve) => this.#waiting[urgency].push(resolve));
  }

  #mayStart(urgency: Urgency): boolean {
    return urgency === "draw" || this.#later < this.#most - 1;
  }

  #begin(): Child {
    const child: Child = forked("statistics-process", import.meta.url);
    this.#children.add(child);
    return child;
  }

  /** A process is free again, or gone: it, or one in its place, is for whoever waits. */
  #leave(urgency: Urgency, child: Child | null): void {
    if (urgency === "later") this.#later -= 1;
    const draws = this.#waiting.draw.length > 0;
    const next =
      draws || this.#mayStart("later") ? this.#waiting[draws ? "draw" : "later"].shift() : undefined;
    if (next === undefined) {
      if (child !== null) this.#idle.push(child);
      return;
    }
    if (!draws) this.#later += 1;
    next(child ?? this.#begin());
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
