import type { KlPoint } from "../../statistics/decomposition/dose-units.js";
import type { Draws, WindowDraws } from "../../statistics/posterior/window-draws.js";

/** One window for the decomposition and the trend: draws and forecasts, no rates. */
export interface LadderWindow {
  readonly model: string;
  readonly parameters: number;
  readonly question: string;
  readonly method: string;
  readonly capability: string;
  /** Place of the layer in the method's list, so that a fraction of depth is followed over sizes. */
  readonly slot: number;
  readonly layer: number | null;
  readonly unit: string | null;
  readonly rawPerStrength: number | null;
  readonly residPerStrength: number | null;
  /** Positions on the axis between which ends were searched. */
  readonly range: { readonly from: number; readonly to: number };
  /** All vectors pooled. */
  readonly these: WindowDraws;
  readonly likeThese: WindowDraws | null;
  /** Random directions of the same norm, for these items; null where none were run. */
  readonly control: WindowDraws | null;
  /** One for each vector, where several were fitted to resampled statements; else empty. */
  readonly vectors: readonly WindowDraws[];
  readonly forecast: LadderForecast | null;
}

/** Forecasts of a window's vectors, averaged. */
export interface LadderForecast {
  /** Nats; null without a forced choice. */
  readonly margin: number | null;
  /** Nats per unit of strength. */
  readonly gain: number | null;
  /** Strength at which the forced choice turns; null if it does at none of the examined strengths. */
  readonly turn: number | null;
  readonly kl: readonly KlPoint[];
}

/** Windows of one method at one place of layer, with one capability. */
export interface Ladder {
  readonly method: string;
  readonly capability: string;
  readonly slot: number;
  readonly windows: readonly LadderWindow[];
}

/** In the order in which they first occur. */
export function ladders(windows: readonly LadderWindow[]): Ladder[] {
  const found = new Map<string, LadderWindow[]>();
  for (const window of windows) {
    const key = JSON.stringify([window.method, window.capability, window.slot]);
    found.set(key, [...(found.get(key) ?? []), window]);
  }
  return [...found.values()].flatMap((of) => {
    const [first] = of;
    if (first === undefined) return [];
    const { method, capability, slot } = first;
    return [{ method, capability, slot, windows: of }];
  });
}

/** The name of a ladder among several. */
export function ladderName({ method, slot }: Ladder): string {
  return slot === 0 ? method : `${method}, layer ${slot + 1}`;
}

/** The part of a figure's file name that identifies its ladder. */
export function ladderParts({ method, capability, slot }: Ladder): string[] {
  return [method, capability, ...(slot === 0 ? [] : [`layer-${slot + 1}`])];
}

/** Rungs by size. */
export function rungsOf(
  windows: readonly LadderWindow[],
): { readonly model: string; readonly parameters: number }[] {
  const models = new Map(windows.map(({ model, parameters }) => [model, parameters]));
  return [...models]
    .map(([model, parameters]) => ({ model, parameters }))
    .toSorted((a, b) => a.parameters - b.parameters);
}

export function frontierDraws({ frontier }: WindowDraws, loss: number): Draws | null {
  return frontier.find((point) => point.loss === loss)?.rate ?? null;
}
