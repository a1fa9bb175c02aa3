import type { Findings } from "../../analysis/findings.js";
import { type Headline, POPULATIONS } from "../../analysis/windows/headline.js";
import { controlCollapse } from "../../analysis/windows/row-control.js";
import type { WindowRow } from "../../analysis/windows/window-rows.js";
import type { CsvValue, Fields } from "./csv.js";
import { bounds, bracketFields, endFields, widthFields } from "./csv-fields.js";
import { fitFields } from "./fit-csv.js";
import { posteriorFields } from "./posterior-csv.js";

/** The rows of windows.csv: every number of the window table; docs/statistics.md says what each column means. */
export function windowRecords({ windows, settings }: Findings): Fields[] {
  return windows.map((row) => windowFields(row, settings.frontier_losses));
}

/** One row by column; a column that does not apply is null. */
function windowFields(row: WindowRow, losses: readonly number[]): Fields {
  const { model, parameters, question, method, role, layer, positions, capability, unit, axis } = row;
  const estimate = row.result.kind === "estimated" ? row.result.estimate : null;
  return {
    ...{ model, parameters, question, method, role, layer, positions, capability, unit, axis },
    resid_per_strength: row.residPerStrength,
    raw_per_strength: row.rawPerStrength,
    n_strengths: row.strengths.length,
    lowest_strength: row.strengths[0] ?? null,
    highest_strength: row.strengths.at(-1) ?? null,
    search_from: row.range.from,
    search_to: row.range.to,
    tasks: row.tasks,
    target_samples: row.samples.target,
    capability_samples: row.samples.capability,
    target_unscored: row.unscored.target,
    capability_unscored: row.unscored.capability,
    not_estimated: row.result.kind === "not_estimated" ? row.result.reason : null,
    baseline_contains: estimate?.baselineContains ?? null,
    baseline_strict: estimate?.baselineStrict ?? null,
    baseline_capability: estimate?.baselineCapability ?? null,
    ...headlineFields(row.headline),
    ...posteriorFields(row.posterior, losses),
    ...controlFields(row),
    ...fitFields(estimate),
  };
}

function headlineFields(headline: Headline | null): Fields {
  const fields: Record<string, CsvValue> = {
    estimator: headline?.estimator ?? null,
    ...endFields("onset", headline?.window.onset),
    ...endFields("collapse", headline?.window.collapse),
    ...widthFields("", headline?.window.width),
    frontier_rate: headline?.frontier.rate ?? null,
    frontier_strength: headline?.frontier.strength ?? null,
    frontier_gain: headline?.frontier.gain ?? null,
  };
  for (const population of POPULATIONS) {
    const intervals = headline?.intervals[population] ?? null;
    Object.assign(
      fields,
      bounds("onset", population, intervals?.onset),
      bounds("collapse", population, intervals?.collapse),
      bounds("width", population, intervals?.width),
      {
        [`window_probability_${population}`]: headline?.windowProbability[population] ?? null,
        [`never_steered_probability_${population}`]:
          intervals === null ? null : (intervals.onset.shares.never_steered ?? 0),
        [`never_collapsed_probability_${population}`]:
          intervals === null ? null : (intervals.collapse.shares.never_collapsed ?? 0),
      },
      bounds("frontier_rate", population, headline?.frontier.rates[population]),
      bounds("frontier_gain", population, headline?.frontier.gains[population]),
    );
  }
  return fields;
}

function controlFields({ control, headline }: WindowRow): Fields {
  const collapse = control === null ? undefined : controlCollapse(control);
  const own = headline?.window.collapse;
  const interval = control?.posterior.these?.intervals.collapse;
  const target = control?.targetBelowCollapse;
  return {
    control: control?.method ?? null,
    control_draws: control?.drawCollapses.length ?? null,
    ...endFields("control_collapse", collapse),
    ...bounds("control_collapse", "these", interval),
    collapse_over_control:
      collapse?.name === "at" && own?.name === "at" ? own.strength / collapse.strength : null,
    ...endFields("fit_control_collapse", control?.collapse),
    ...bracketFields("fit_control_collapse", control?.collapse),
    fit_control_draw_collapses:
      control === null
        ? null
        : control.drawCollapses.map((draw) => (draw.name === "at" ? draw.strength : draw.name)).join(" "),
    control_target_hits: target?.hits ?? null,
    control_target_n: target?.n ?? null,
    control_target_high: target?.interval?.high ?? null,
  };
}
