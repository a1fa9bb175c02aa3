import type { DesignRecord, WindowOutcome } from "../store/design-record.js";
import { formatStrength } from "./format.js";
import { markdownTable } from "./markdown-table.js";
import type { WindowRow } from "./window-rows.js";

const NONE = "\u2013";

/** Windows whose interval stayed wider than asked, one line each, with the samples that it would take. */
export function notReachedLines(design: DesignRecord, controls: ReadonlySet<string>): string[] {
  const left = notReached(design);
  if (left.length === 0) return [];
  return [
    `${title(design, left, controls)}:`,
    ...left.map(({ model, question, method, layer, length, samples, samples_to_reach: wanted }) => {
      const now = length === null ? "no number at an end" : `${formatStrength(length)} octaves`;
      const more = wanted === null ? "how many it takes cannot be told" : `about ${wanted} would reach it`;
      return `  ${model}, ${question}, ${method}, layer ${layer}: ${now} after ${samples} samples; ${more}`;
    }),
  ];
}

/** The same as a Markdown table. Empty where all were reached. */
export function notReachedTable(design: DesignRecord, controls: ReadonlySet<string>): string {
  const left = notReached(design);
  if (left.length === 0) return "";
  return [
    `${title(design, left, controls)}.`,
    markdownTable(
      ["question", "method", "model", "layer", "interval (octaves)", "samples", "samples it would take"],
      left.map(({ model, question, method, layer, length, samples, samples_to_reach: wanted }) => [
        question,
        method,
        model,
        String(layer),
        length === null ? "no number at an end" : formatStrength(length),
        String(samples),
        wanted === null ? NONE : `about ${wanted}`,
      ]),
    ),
  ].join("\n\n");
}

function notReached({ windows }: DesignRecord): readonly WindowOutcome[] {
  return windows.filter(({ status }) => status !== "reached");
}

/** Methods of the role control. */
export function controlsOf(rows: readonly WindowRow[]): ReadonlySet<string> {
  return new Set(rows.filter(({ role }) => role === "control").map(({ method }) => method));
}

/** Random directions are counted apart: their collapse is what a window is held against. */
function title(
  { windows, settings }: DesignRecord,
  left: readonly WindowOutcome[],
  controls: ReadonlySet<string>,
): string {
  const own = (outcomes: readonly WindowOutcome[]) =>
    outcomes.filter(({ method }) => !controls.has(method)).length;
  const random = left.length - own(left);
  const beside =
    random === 0 ? "" : `, and ${random} of ${windows.length - own(windows)} sweeps of random directions`;
  return `Not reached, ${own(left)} of ${own(windows)} windows${beside}: an interval of ${formatStrength(settings.precision)} octaves, for these tasks`;
}
