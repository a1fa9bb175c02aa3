import { awaited } from "../../plan/design/choose-round.js";
import { REPORTED_DRAWS } from "../../plan/design/condition-state.js";
import type { DesignCondition, DesignSettings } from "../../plan/design/design.js";
import type { CurveOutcomes } from "../../statistics/curve.js";
import type { StatisticsPool } from "../statistics-pool.js";
import type { DrawnWindow } from "./draw-window.js";

/**
 * Windows drawn from all scores of their conditions so far, in separate processes: those of one model while another one
 * still generates.
 */
export class DrawnWindows {
  readonly #pool: StatisticsPool;
  readonly #losses: readonly number[];
  /** Keyed by what was scored, so that a window to which no round added is not drawn again. */
  readonly #begun = new WeakMap<CurveOutcomes, Promise<void>>();
  readonly #drawn = new WeakMap<CurveOutcomes, DrawnWindow | null>();

  /** @param losses ascending capability losses of the frontier. */
  constructor(pool: StatisticsPool, losses: readonly number[]) {
    this.#pool = pool;
    this.#losses = losses;
  }

  /** Draws the windows that the choice of the next round needs. */
  async prepare(conditions: readonly DesignCondition[], settings: DesignSettings): Promise<void> {
    await this.draw(awaited(conditions, settings), settings);
  }

  async draw(conditions: readonly DesignCondition[], settings: DesignSettings): Promise<void> {
    await Promise.all(conditions.map((condition) => this.#begin(condition, settings)));
  }

  /** The draws of a condition that was prepared; null where its posterior cannot be estimated yet. */
  of({ id, outcomes }: DesignCondition): DrawnWindow | null {
    const drawn = this.#drawn.get(outcomes);
    if (drawn === undefined) throw new Error(`the window of ${id} was not drawn`);
    return drawn;
  }

  #begin({ id, outcomes, range }: DesignCondition, settings: DesignSettings): Promise<void> {
    const begun = this.#begun.get(outcomes);
    if (begun !== undefined) return begun;
    const { levels, confidence, seed } = settings;
    const options = { levels, losses: this.#losses, confidence, draws: REPORTED_DRAWS, seed, range };
    const drawing = this.#pool.draw({ key: id, curve: outcomes, options }).then((drawn) => {
      this.#drawn.set(outcomes, drawn);
    });
    this.#begun.set(outcomes, drawing);
    return drawing;
  }
}
