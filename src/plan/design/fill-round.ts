import { type ConditionState, type DesignCondition, type DesignSettings, passSamples } from "./design.js";
import type { PlacedSamples } from "./opening.js";
import type { EndProspect, SampleKind } from "./prospect.js";

/** A bracketed condition that wants more samples. */
export interface Wanting {
  readonly condition: DesignCondition;
  readonly state: ConditionState;
  readonly ends: readonly EndProspect[];
}

interface Option {
  readonly end: EndProspect;
  readonly place: number;
  readonly n: number;
  readonly cost: number;
  /** Fall of the width's entropy in nats per sample. */
  readonly value: number;
}

const QUESTIONS_AT_ONCE = 4;
/** Answers of a control beside each capability point, so that its target rate is defined. */
const CONTROL_ANSWERS = 2;
/** A condition grows by at most this share of its samples a round, so that later rounds can learn from it. */
const GROWTH = 0.5;
const LEAST_GROWTH = 48;
/** Planned variances are first-order estimates, so a round aims slightly below the requested precision. */
const AIM = 0.9;

/** The samples of one condition in a round. */
class Basket {
  readonly placed = new Map<number, { question: number; task: number }>();
  taken = 0;
  readonly #limit: number;
  /** Variance of the width at which it is precise enough. */
  readonly #goal: number;
  #best: Option | null | undefined;

  constructor(
    readonly wanting: Wanting,
    settings: DesignSettings,
  ) {
    const { state, condition } = wanting;
    const growth = Math.max(LEAST_GROWTH + passSamples(condition), GROWTH * state.samples);
    this.#limit = Math.min(growth, settings.window_samples - state.samples);
    const variance = this.#variance();
    this.#goal = state.length === null ? 0 : variance * ((AIM * settings.precision) / state.length) ** 2;
  }

  #variance(): number {
    return this.wanting.ends.reduce((sum, { gain }) => sum + gain.variance(), 0);
  }

  best(): Option | null {
    this.#best ??= this.#find();
    return this.#best;
  }

  #find(): Option | null {
    const variance = this.#variance();
    if (variance <= this.#goal) return null;
    let best: Option | null = null;
    for (const end of this.wanting.ends) {
      end.positions.forEach((x, place) => {
        const { n, cost } = this.#portion(end.kind, x);
        if (n === 0 || this.taken + cost > this.#limit) return;
        const left = Math.max(
          1e-9,
          1 - end.gain.gain(place, n * (end.kind === "task" ? this.#tasks : 1)) / variance,
        );
        const value = (-0.5 * Math.log(left)) / cost;
        if (best === null || value > best.value) best = { end, place, n, cost, value };
      });
    }
    return best;
  }

  get #tasks(): number {
    return this.wanting.condition.tasks;
  }

  #portion(kind: SampleKind, x: number): { n: number; cost: number } {
    const { role, samplable } = this.wanting.condition;
    const there = this.placed.get(x);
    if (!samplable[kind] && (there?.[kind] ?? 0) > 0) return { n: 0, cost: 0 };
    if (kind === "task")
      return { n: 1, cost: passSamples(this.wanting.condition) + (role === "control" ? CONTROL_ANSWERS : 0) };
    const n = samplable.question ? QUESTIONS_AT_ONCE : 1;
    return { n, cost: n };
  }

  take({ end, place, n, cost }: Option): void {
    const x = end.positions[place] ?? 0;
    const there = this.placed.get(x) ?? { question: 0, task: 0 };
    const { role, samplable } = this.wanting.condition;
    const beside = end.kind === "task" && role === "control" ? (samplable.question ? CONTROL_ANSWERS : 1) : 0;
    this.placed.set(x, {
      question: there.question + (end.kind === "question" ? n : beside),
      task: there.task + (end.kind === "task" ? n : 0),
    });
    end.gain.plan(place, n * (end.kind === "task" ? this.#tasks : 1));
    this.taken += cost;
    this.#best = undefined;
  }

  rows(): PlacedSamples[] {
    return [...this.placed].toSorted(([a], [b]) => a - b).map(([x, row]) => ({ x, ...row }));
  }
}

/**
 * Distributes `samples` samples over the conditions of one model, a few at a time to the condition and strength at which
 * they are most informative about the width. Keyed by condition id.
 */
export function fillRound(
  wanting: readonly Wanting[],
  samples: number,
  settings: DesignSettings,
): ReadonlyMap<string, readonly PlacedSamples[]> {
  const baskets = wanting.map((one) => new Basket(one, settings));
  let left = samples;
  for (;;) {
    let chosen: Basket | null = null;
    for (const basket of baskets) {
      const option = basket.best();
      if (option === null || option.cost > left) continue;
      if (chosen === null || option.value > (chosen.best()?.value ?? 0)) chosen = basket;
    }
    const option = chosen?.best();
    if (chosen === null || option === null || option === undefined) break;
    chosen.take(option);
    left -= option.cost;
  }
  return new Map(baskets.map((basket) => [basket.wanting.condition.id, basket.rows()]));
}
