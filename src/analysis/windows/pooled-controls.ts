import { wilsonInterval } from "../../statistics/wilson.js";
import type { WindowRow } from "./window-rows.js";

/** Strict target answers of all random directions below their collapse: the effect of strength alone. */
export interface PooledControls {
  readonly hits: number;
  /** 0 without random directions. */
  readonly n: number;
  /** Wilson's upper bound of their share. */
  readonly high: number;
}

/** Each control is counted once, however many methods it accompanies. */
export function pooledControls(rows: readonly WindowRow[], confidence: number): PooledControls {
  const shares = new Map(
    rows.flatMap(({ model, question, layer, capability, control }) =>
      control === null
        ? []
        : [
            [
              JSON.stringify([control.method, model, question, layer, capability]),
              control.targetBelowCollapse,
            ] as const,
          ],
    ),
  );
  const hits = [...shares.values()].reduce((sum, share) => sum + share.hits, 0);
  const n = [...shares.values()].reduce((sum, share) => sum + share.n, 0);
  return { hits, n, high: n === 0 ? 1 : wilsonInterval(hits, n, confidence).high };
}
