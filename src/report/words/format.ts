/** Numbers as the tables and figures write them. */

import type { Trend } from "../../statistics/rank-trend/rank-trend.js";

/** Three significant digits without an exponent: 0.83, 1.41, 250. */
export function formatStrength(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Two decimals. */
export function formatRate(value: number): string {
  return value.toFixed(2);
}

/** Two decimals with a sign; a true minus. */
export function formatSigned(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return `${value < 0 && Number(text) !== 0 ? "\u2212" : "+"}${text}`;
}

/** A p of a test: three decimals, or that it is below the last of them. */
export function formatP(value: number): string {
  return value < 0.001 ? "< 0.001" : value.toFixed(3);
}

/** A name as a reader would say it: `never_steered+never_collapsed` is "never steered, never collapsed". */
export function formatName(name: string): string {
  return name.replaceAll("+", " and ").replaceAll("_", " ");
}

/** A number by `format`, or a name. */
export function formatValue(value: number | string, format: (value: number) => string): string {
  return typeof value === "number" ? format(value) : formatName(value);
}

/** "[low, high]"; one name where both are the same; an en dash where there is none. */
export function formatInterval(
  interval: { readonly low: number | string; readonly high: number | string } | null,
  format: (value: number) => string,
): string {
  if (interval === null) return "\u2013";
  if (typeof interval.low === "string" && interval.low === interval.high)
    return `[${formatName(interval.low)}]`;
  return `[${formatValue(interval.low, format)}, ${formatValue(interval.high, format)}]`;
}

/** 212528 is "0.2M", 27e9 is "27B". */
export function formatParameters(parameters: number): string {
  const [scale, suffix]: [number, string] =
    parameters >= 1e9
      ? [1e9, "B"]
      : parameters >= 1e5
        ? [1e6, "M"]
        : parameters >= 1e3
          ? [1e3, "k"]
          : [1, ""];
  const value = parameters / scale;
  return `${value >= 10 ? Math.round(value) : Number(value.toFixed(1))}${suffix}`;
}
/** The p of a tested trend, with the number of random orders behind it if it is not exact. */
export function formatRankP({ p, drawn }: Extract<Trend, { kind: "tested" }>): string {
  return drawn === null ? formatP(p) : `${formatP(p)} (${drawn} random orders)`;
}
