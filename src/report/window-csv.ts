import type { EstimateIntervals } from "../statistics/estimate.js";
import type { Collapse, Onset } from "../statistics/fitted-window.js";
import type { NamedInterval } from "../statistics/percentile-interval.js";
import { widthName } from "../statistics/window-interval.js";
import { type CsvValue, csv } from "./csv.js";
import type { WindowRow } from "./window-rows.js";

type Fields = Readonly<Record<string, CsvValue>>;
type Bounds = NamedInterval<string> | null;

/** Every number of the window table; docs/statistics.md says what each column means. */
export function windowCsv(rows: readonly WindowRow[]): string {
  const records = rows.map(windowFields);
  const header = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return csv(
    header,
    records.map((record) => header.map((name) => record[name] ?? null)),
  );
}

/** One row of windows.csv by column; a column that does not apply is null. */
export function windowFields(row: WindowRow): Fields {
  const { model, parameters, question, method, role, layer, positions, capability, unit, axis } = row;
  return {
    ...{ model, parameters, question, method, role, layer, positions, capability, unit, axis },
    resid_per_strength: row.residPerStrength,
    raw_per_strength: row.rawPerStrength,
    n_strengths: row.strengths.length,
    lowest_strength: row.strengths[0] ?? null,
    highest_strength: row.strengths.at(-1) ?? null,
    tasks: row.tasks,
    target_samples: row.samples.target,
    capability_samples: row.samples.capability,
    target_unscored: row.unscored.target,
    capability_unscored: row.unscored.capability,
    not_estimated: row.result.kind === "not_estimated" ? row.result.reason : null,
    ...estimateFields(row),
    ...controlFields(row),
  };
}

function estimateFields({ result }: WindowRow): Fields {
  const estimate = result.kind === "estimated" ? result.estimate : null;
  const window = estimate?.window;
  const width = window?.width;
  const frontier = estimate?.frontier;
  const named = width?.name === "unplaced" ? widthName(width.reasons) : null;
  return {
    baseline_contains: estimate?.baselineContains ?? null,
    baseline_strict: estimate?.baselineStrict ?? null,
    baseline_capability: estimate?.baselineCapability ?? null,
    ...endFields("onset", window?.onset),
    ...endFields("collapse", window?.collapse),
    width: width?.name === "at" ? width.value : null,
    width_name: named,
    empty: width?.name === "at" ? width.empty : null,
    frontier_rate: frontier?.method.rate ?? null,
    frontier_strength: frontier?.method.strength ?? null,
    frontier_control_rate: frontier?.control?.rate ?? null,
    frontier_gain: frontier?.gain ?? null,
    ...gridFields(estimate?.grid),
    ...intervalFields("these", estimate?.intervals.these ?? null),
    ...intervalFields("like_these", estimate?.intervals.like_these ?? null),
  };
}

function endFields(prefix: string, end: Onset | Collapse | undefined): Fields {
  return {
    [prefix]: end?.name === "at" ? end.strength : null,
    [`${prefix}_name`]: end === undefined || end.name === "at" ? null : end.name,
    [`${prefix}_after`]: end?.name === "at" ? end.after : null,
    [`${prefix}_by`]: end?.name === "at" ? end.by : null,
  };
}

type GridValues = Extract<WindowRow["result"], { kind: "estimated" }>["estimate"]["grid"];

function gridFields(grid: GridValues | undefined): Fields {
  return {
    grid_first_any: grid?.firstAny ?? null,
    grid_first_majority: grid?.firstMajority ?? null,
    grid_last_capable: grid?.lastCapable ?? null,
    grid_capable_at_highest: grid?.capableAtHighest ?? null,
    grid_width: grid?.width ?? null,
  };
}

function intervalFields(generalises: string, intervals: EstimateIntervals | null): Fields {
  const window = intervals?.window;
  const bounds = (name: string, interval: Bounds | undefined): Fields => ({
    [`${name}_low_${generalises}`]: interval?.low ?? null,
    [`${name}_high_${generalises}`]: interval?.high ?? null,
  });
  return {
    ...bounds("onset", window?.onset),
    ...bounds("collapse", window?.collapse),
    ...bounds("width", window?.width),
    [`onset_grid_limited_${generalises}`]: window?.gridLimited.onset ?? null,
    [`collapse_grid_limited_${generalises}`]: window?.gridLimited.collapse ?? null,
    [`window_share_${generalises}`]: window?.windowShare ?? null,
    [`never_steered_share_${generalises}`]:
      window === undefined ? null : (window.onset.shares.never_steered ?? 0),
    [`never_collapsed_share_${generalises}`]:
      window === undefined ? null : (window.collapse.shares.never_collapsed ?? 0),
    ...bounds("frontier_rate", intervals?.rate),
    ...bounds("frontier_gain", intervals?.gain),
    ...bounds("grid_first_any", intervals?.grid.firstAny),
    ...bounds("grid_first_majority", intervals?.grid.firstMajority),
    ...bounds("grid_last_capable", intervals?.grid.lastCapable),
    ...bounds("grid_width", intervals?.grid.width),
  };
}

function controlFields({ control, result }: WindowRow): Fields {
  const collapse = control?.collapse;
  const own = result.kind === "estimated" ? result.estimate.window.collapse : undefined;
  const both = collapse?.name === "at" && own?.name === "at";
  return {
    control: control?.method ?? null,
    control_draws: control?.drawCollapses.length ?? null,
    ...endFields("control_collapse", collapse),
    control_draw_collapses:
      control === null
        ? null
        : control.drawCollapses.map((draw) => (draw.name === "at" ? draw.strength : draw.name)).join(" "),
    control_target_hits: control?.targetBelowCollapse.hits ?? null,
    control_target_n: control?.targetBelowCollapse.n ?? null,
    control_target_high: control?.targetBelowCollapse.interval?.high ?? null,
    collapse_over_control: both ? own.strength / collapse.strength : null,
  };
}
