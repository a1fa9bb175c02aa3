import { modelKey, type Task } from "./task.js";

/** What the queue needs to know about a worker to choose a task for it. */
interface Taker {
  readonly model: string | null;
  /** Free credits for leased work. */
  readonly credits: number;
  /** Requests of any kind that wait for an answer. */
  readonly pending: number;
}

/** Work in the order of submission, each model's apart. */
export class TaskQueue {
  readonly #tasks: { readonly task: Task; readonly model: string | null }[] = [];

  get size(): number {
    return this.#tasks.length;
  }

  push(task: Task): void {
    this.#tasks.push({ task, model: task.model && modelKey(task.model) });
  }

  /** Put back a task that a worker could not do; it goes first. */
  pushFirst(task: Task): void {
    this.#tasks.unshift({ task, model: task.model && modelKey(task.model) });
  }

  removeAll(): Task[] {
    return this.#tasks.splice(0).map(({ task }) => task);
  }

  /**
   * The next task for a worker, removed from the queue. Work without a model goes anywhere; then the worker's own
   * model; only a worker with nothing to do changes its model: to one that nobody holds, else to the one with the
   * most work left per worker that holds it.
   */
  take(taker: Taker, others: readonly (string | null)[]): Task | null {
    const fits = ({ task, model }: { readonly task: Task; readonly model: string | null }) =>
      (task.block === null || taker.credits > 0) &&
      (!task.alone || taker.pending === 0 || model === taker.model);
    const free = this.#tasks.findIndex((entry) => entry.model === null && fits(entry));
    if (free >= 0) return this.#remove(free);
    const own = this.#tasks.findIndex((entry) => entry.model === taker.model && fits(entry));
    if (own >= 0) return this.#remove(own);
    if (taker.pending > 0) return null;
    const next = this.#nextModel(others);
    const first = this.#tasks.findIndex((entry) => entry.model === next && fits(entry));
    return next === null || first < 0 ? null : this.#remove(first);
  }

  #nextModel(others: readonly (string | null)[]): string | null {
    const waiting = new Map<string, number>();
    for (const { model } of this.#tasks)
      if (model !== null) waiting.set(model, (waiting.get(model) ?? 0) + 1);
    let best: string | null = null;
    let most = 0;
    for (const [model, count] of waiting) {
      const holders = others.filter((other) => other === model).length;
      const share = holders === 0 ? Number.POSITIVE_INFINITY : count / holders;
      if (share > most) [best, most] = [model, share];
    }
    return best;
  }

  #remove(index: number): Task | null {
    return this.#tasks.splice(index, 1)[0]?.task ?? null;
  }
}
