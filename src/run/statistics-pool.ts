import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import type { EstimatedWindow, WindowJob } from "../statistics/estimate-window.js";
import { closing } from "../util/closing.js";
import { type Forked, forked } from "../util/forked.js";
import type { DrawJob, DrawnWindow } from "./adaptive/draw-window.js";

export type StatisticsQuestion =
  | { readonly kind: "draw"; readonly job: DrawJob }
  | { readonly kind: "estimate"; readonly job: WindowJob };

export type StatisticsAnswer =
  | { readonly kind: "draw"; readonly window: DrawnWindow | null }
  | { readonly kind: "estimate"; readonly window: EstimatedWindow };

type Child = Forked<StatisticsQuestion, StatisticsAnswer>;
interface Waiting {
  readonly take: (child: Child) => void;
  readonly giveUp: (cause: Error) => void;
}

/** Processes at most, each about 80 MB. */
const MOST_PROCESSES = 5;

/**
 * Processes that draw and estimate windows beside a run; each is started when it is first needed. Draws, for which a round
 * waits, take precedence over estimates, which only the report needs, and one process is kept free of the latter.
 */
export class StatisticsPool {
  readonly #most: number;
  readonly #children = new Set<Child>();
  readonly #idle: Child[] = [];
  readonly #waiting: Record<StatisticsQuestion["kind"], Waiting[]> = { draw: [], estimate: [] };
  /** Keyed by the data behind them, so that what was estimated during the run is not estimated again. */
  readonly #estimates = new Map<string, Promise<EstimatedWindow>>();
  #estimating = 0;
  #closed = false;

  constructor(processes = Math.min(MOST_PROCESSES, availableParallelism() + 1)) {
    this.#most = Math.max(2, processes);
  }

  async draw(job: DrawJob): Promise<DrawnWindow | null> {
    const answer = await this.#ask({ kind: "draw", job });
    return answer.kind === "draw" ? answer.window : null;
  }

  /** The same promise for the same job; a failed job is started again. */
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

  /** Rejects what is under way or waiting; no other process is started. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of Object.values(this.#waiting).flatMap((kind) => kind.splice(0)))
      waiting.giveUp(closed());
    await Promise.all([...this.#children].map((child) => child.end()));
  }

  async #ask(question: StatisticsQuestion): Promise<StatisticsAnswer> {
    const child = await this.#take(question.kind);
    try {
      const answer = await child.ask(question);
      this.#leave(question.kind, child);
      return answer;
    } catch (cause) {
      this.#children.delete(child);
      this.#leave(question.kind, null);
      throw cause;
    }
  }

  async #take(kind: StatisticsQuestion["kind"]): Promise<Child> {
    if (this.#closed) throw closed();
    if (this.#mayStart(kind)) {
      const child = this.#idle.pop() ?? (this.#children.size < this.#most ? this.#begin() : null);
      if (child !== null) {
        if (kind === "estimate") this.#estimating += 1;
        return child;
      }
    }
    return new Promise((take, giveUp) => this.#waiting[kind].push({ take, giveUp }));
  }

  #mayStart(kind: StatisticsQuestion["kind"]): boolean {
    return kind === "draw" || this.#estimating < this.#most - 1;
  }

  #begin(): Child {
    const child: Child = forked("statistics-process", import.meta.url);
    this.#children.add(child);
    return child;
  }

  /** A process is free again, or gone: it, or its replacement, takes the next job. */
  #leave(kind: StatisticsQuestion["kind"], child: Child | null): void {
    if (kind === "estimate") this.#estimating -= 1;
    const draws = this.#waiting.draw.length > 0;
    const next =
      draws || this.#mayStart("estimate") ? this.#waiting[draws ? "draw" : "estimate"].shift() : undefined;
    if (next === undefined) {
      if (child !== null) this.#idle.push(child);
      return;
    }
    if (!draws) this.#estimating += 1;
    next.take(child ?? this.#begin());
  }
}

const closed = (): Error => new Error("the processes for statistics are closed");

/** Calls a function with processes for its statistics, which are closed when it returns. */
export const withStatistics = <T>(work: (statistics: StatisticsPool) => Promise<T>): Promise<T> =>
  closing(new StatisticsPool(), work);
