import { availableParallelism } from "node:os";
import { lowestOf } from "../../../statistics/extremes.js";
import { closing } from "../../../util/closing.js";
import { type Forked, forked } from "../../../util/forked.js";
import type { Figure } from "../figure.js";
import type { Drawing, FigureDrawer } from "./drawer.js";

/** Processes at most, each about 120 MB. */
const MOST_PROCESSES = 2;

type Child = Forked<Figure, Drawing>;

/**
 * Draws figures in separate processes, which are started when they are first needed, or earlier by `start`. If a figure
 * ends its process, the other figures under way there are drawn again, each by itself.
 */
export class DrawingProcesses implements FigureDrawer {
  readonly #processes: number;
  #children: Child[] = [];
  /** Figures under way, by child. */
  #under: number[] = [];
  /** Figures that are drawn by themselves, one after the other. */
  #alone: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(processes = Math.min(MOST_PROCESSES, availableParallelism())) {
    this.#processes = processes;
  }

  start(): void {
    if (this.#children.length > 0) return;
    this.#children = Array.from({ length: this.#processes }, begin);
    this.#under = this.#children.map(() => 0);
  }

  async draw(figure: Figure): Promise<Drawing> {
    this.start();
    const place = this.#under.indexOf(lowestOf(this.#under));
    const child = this.#children[place];
    if (child === undefined) throw new RangeError("there is no process to draw in");
    this.#change(place, 1);
    try {
      return await child.ask(figure);
    } catch (cause) {
      if (this.#closed) throw cause;
      if (this.#children[place] === child) this.#children[place] = begin();
      const drawing = this.#alone.then(() => drawAlone(figure));
      this.#alone = drawing;
      return await drawing;
    } finally {
      this.#change(place, -1);
    }
  }

  /** Rejects what is under way; no other process is started. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#alone, ...this.#children.map((child) => child.end())]);
  }

  #change(place: number, by: number): void {
    this.#under[place] = (this.#under[place] ?? 0) + by;
  }
}

const begin = (): Child => forked("drawing-process", import.meta.url, "ignore");

async function drawAlone(figure: Figure): Promise<Drawing> {
  const child = begin();
  try {
    return await child.ask(figure);
  } catch (cause) {
    return { kind: "undrawn", reason: cause instanceof Error ? cause.message : String(cause) };
  } finally {
    await child.end();
  }
}

/** Calls a function with processes for drawing, which are closed when it returns. */
export const withDrawing = <T>(work: (drawing: DrawingProcesses) => Promise<T>): Promise<T> =>
  closing(new DrawingProcesses(), work);
