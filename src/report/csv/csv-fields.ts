import type { Collapse, Onset, Width } from "../../statistics/fit/fitted-window.js";
import type { NamedInterval } from "../../statistics/fit/percentile-interval.js";
import { widthName } from "../../statistics/fit/window-interval.js";
import type { Fields } from "./csv.js";

/** A strength, or the name of an end without one. */
export function endFields(name: string, end: Onset | Collapse | undefined): Fields {
  return {
    [name]: end?.name === "at" ? end.strength : null,
    [`${name}_name`]: end === undefined || end.name === "at" ? null : end.name,
  };
}

/** The tested strengths between which an end lies. */
export function bracketFields(name: string, end: Onset | Collapse | undefined): Fields {
  return {
    [`${name}_after`]: end?.name === "at" ? end.after : null,
    [`${name}_by`]: end?.name === "at" ? end.by : null,
  };
}

export function widthFields(prefix: string, width: Width | undefined): Fields {
  return {
    [`${prefix}width`]: width?.name === "at" ? width.value : null,
    [`${prefix}width_name`]: width?.name === "unplaced" ? widthName(width.reasons) : null,
    [`${prefix}empty`]: width?.name === "at" ? width.empty : null,
  };
}

export function bounds(
  name: string,
  population: string,
  interval: NamedInterval<string> | null | undefined,
): Fields {
  return {
    [`${name}_low_${population}`]: interval?.low ?? null,
    [`${name}_high_${population}`]: interval?.high ?? null,
  };
}
