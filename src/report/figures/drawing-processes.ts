import { availableParallelism } from "node:os";
import { closing } from "../../process/closing.js";
import { type Forked, forked } from "../../process/forked.js";
import { lowestOf } from "../../statistics/extremes.js";
import type { Drawn, FigureDrawer } from "./drawer.js";
import type { Figure } from "./figures.js";

/** Processes at most, each about 120 MB. */
const MOST_PROCESSES = 2;

/** Draws figures in processes of their own, which are started when they are first needed, or before that by `start`. */
export class DrawingProcesses implements FigureDrawer {
  readonly #processes: number;
  #children: readonly Forked<Figure, Drawn>[] = [];
  /** Figures under way, by child. */
  #under: number[] = [];

  constructor(processes = Math.min(MOST_PROCESSES, availableParallelism())) {
    this.#processes = processes;
  }

  start(): void {
    if (this.#children.length > 0) return;
    this.#children = Array.from({ length: this.#processes }, () =>
      forked<Figure, Drawn>("drawing-process", import.meta.url),
    );
    this.#under = this.#children.map(() => 0);
  }

  async draw(figure: Figure): Promise<Drawn> {
    this.start();
    const place = this.#under.indexOf(lowestOf(this.#under));
    const child = this.#children[place];
    if (child === undefined) throw new RangeError("there is no process to draw in");
    this.#change(place, 1);
    try {
      return await child.ask(figure);
    } finally {
      this.#change(place, -1);
    }
  }

  async begun(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.sent()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.end()));
  }

  #change(place: number, by: number): void {
    this.#under[place] = (this.#under[place] ?? 0) + by;
  }
}

/** Does something with processes to draw in; they are gone when it returns. */
export const withDrawing = <T>(work: (drawing: DrawingProcesses) => Promise<T>): Promise<T> =>
  closing(new DrawingProcesses(), work);
