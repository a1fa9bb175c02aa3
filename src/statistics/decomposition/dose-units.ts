import type { Draws } from "../posterior/window-draws.js";
import { signedSum, type TermDraw } from "./decomposition-terms.js";

/**
 * `raw`: multiples of the fitted vector. `resid`: shares of the median residual norm. `tol`: multiples of the strength at
 * which random directions of the same norm collapse. `kl`: nats on neutral text.
 */
export const DOSE_UNITS = ["raw", "resid", "tol", "kl"] as const;
export type DoseUnit = (typeof DOSE_UNITS)[number];

export interface KlPoint {
  readonly strength: number;
  readonly nats: number;
}

interface DoseInput {
  /** log2 strengths. */
  readonly onset: Draws;
  readonly collapse: Draws;
  readonly controlCollapse: Draws | null;
  readonly rawPerStrength: number | null;
  readonly residPerStrength: number | null;
  /** By strength; empty where it was not measured. */
  readonly kl: readonly KlPoint[];
}

/** Ends as log2 of the unit, and the width in its octaves. */
export interface Dose {
  readonly onset: readonly TermDraw[];
  readonly collapse: readonly TermDraw[];
  readonly width: readonly TermDraw[];
}

type DoseResult = Dose | { readonly reason: string };

type Doses = Readonly<Record<DoseUnit, DoseResult>>;

/** A window's ends in every unit, or why a unit has none. In `raw`, `resid` and `tol` the width is the same number. */
export function doseUnits(input: DoseInput): Doses {
  const { controlCollapse, rawPerStrength, residPerStrength, kl } = input;
  return {
    raw:
      rawPerStrength === null
        ? { reason: "the vector's norm is not recorded" }
        : scaled(input, rawPerStrength),
    resid:
      residPerStrength === null
        ? { reason: "the residual norm is not recorded" }
        : scaled(input, residPerStrength),
    tol:
      controlCollapse === null ? { reason: "no random directions" } : overTolerance(input, controlCollapse),
    kl: inNats(input, kl),
  };
}

function scaled({ onset, collapse }: DoseInput, factor: number): Dose {
  const shift = Float64Array.from({ length: onset.length }, () => Math.log2(factor));
  return differences(onset, collapse, { draws: shift, sign: 1, above: "", below: "" });
}

function overTolerance({ onset, collapse }: DoseInput, control: Draws): Dose {
  const names = { above: "random_never_collapsed", below: "random_collapsed_at_lowest" };
  return differences(onset, collapse, { draws: control, sign: -1, ...names });
}

function differences(onset: Draws, collapse: Draws, by: Parameters<typeof signedSum>[0][number]): Dose {
  const start = { draws: onset, sign: 1, above: "never_steered", below: "steered_at_lowest" } as const;
  const end = { draws: collapse, sign: 1, above: "never_collapsed", below: "collapsed_at_lowest" } as const;
  return {
    onset: signedSum([start, by]),
    collapse: signedSum([end, by]),
    width: signedSum([{ ...start, sign: -1 }, end]),
  };
}

function inNats({ onset, collapse }: DoseInput, kl: readonly KlPoint[]): DoseResult {
  const table = kl
    .filter(({ strength, nats }) => strength > 0 && nats > 0)
    .map(({ strength, nats }) => ({ x: Math.log2(strength), y: Math.log2(nats) }))
    .toSorted((a, b) => a.x - b.x);
  if (table.length < 2) return { reason: "the divergence on neutral text was not measured" };
  const from = [...onset].map((x) => interpolated(table, x, "never_steered", "steered_at_lowest"));
  const to = [...collapse].map((x) => interpolated(table, x, "never_collapsed", "collapsed_at_lowest"));
  return {
    onset: from,
    collapse: to,
    width: from.map((start, i) => difference(to[i] ?? 0, start)),
  };
}

interface LogPoint {
  readonly x: number;
  readonly y: number;
}

/** Linear in log-log; outside the table a name, since nothing is extrapolated. */
function interpolated(table: readonly LogPoint[], x: number, above: string, below: string): TermDraw {
  if (x === Number.POSITIVE_INFINITY) return { name: above, side: "above" };
  if (x === Number.NEGATIVE_INFINITY) return { name: below, side: "below" };
  const next = table.findIndex((point) => point.x >= x);
  if (next === -1) return { name: "above_kl_table", side: "above" };
  const to = table[next];
  const from = table[next - 1];
  if (to === undefined || to.x === x) return to?.y ?? 0;
  if (from === undefined) return { name: "below_kl_table", side: "below" };
  return from.y + ((to.y - from.y) * (x - from.x)) / (to.x - from.x);
}

function difference(to: TermDraw, from: TermDraw): TermDraw {
  if (typeof to === "number" && typeof from === "number") return to - from;
  const sides = [
    typeof to === "number" ? null : to.side,
    typeof from === "number" ? null : opposite(from.side),
  ];
  const pulls = new Set(sides.filter((side) => side !== null));
  const [side = "either"] = pulls;
  const names = [from, to].flatMap((draw) => (typeof draw === "number" ? [] : [draw.name]));
  return { name: [...new Set(names)].join("+"), side: pulls.size === 1 ? side : "either" };
}

function opposite(side: "below" | "above" | "either"): "below" | "above" | "either" {
  if (side === "either") return side;
  return side === "below" ? "above" : "below";
}
