import { widthUnit } from "../../../analysis/width-unit.js";
import type { WindowRow } from "../../../analysis/windows/window-rows.js";
import type { DesignRecord, WindowOutcome } from "../../../store/design-record.js";
import { formatStrength } from "../../words/format.js";
import { type Block, table } from "../page.js";

const NONE = "\u2013";

/** Windows whose interval stayed longer than requested, one line each, with the samples that it would take. */
export function notReachedLines(design: DesignRecord, rows: readonly WindowRow[]): string[] {
  const left = notReached(design);
  if (left.length === 0) return [];
  return [
    `${title(design, left, rows)}:`,
    ...left.map(({ model, question, method, layer, length, samples, samples_to_reach: wanted }) => {
      const now =
        length === null ? "no number at an end" : `${formatStrength(length)} ${unitOf(rows, [method])}`;
      const more = wanted === null ? "how many it takes cannot be told" : `about ${wanted} would reach it`;
      return `  ${model}, ${question}, ${method}, layer ${layer}: ${now} after ${samples} samples; ${more}`;
    }),
  ];
}

/** The same as a section of a page. Empty where all were reached. */
export function notReachedSection(design: DesignRecord, rows: readonly WindowRow[]): Block[] {
  const left = notReached(design);
  if (left.length === 0) return [];
  return [
    "## Windows that were not reached",
    `${title(design, left, rows)}.`,
    table(
      [
        "question",
        "method",
        "model",
        "layer",
        `interval (${unitOf(
          rows,
          left.map(({ method }) => method),
        )})`,
        "samples",
        "samples it would take",
      ],
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
  ];
}

function notReached({ windows }: DesignRecord): readonly WindowOutcome[] {
  return windows.filter(({ status }) => status !== "reached");
}

/** The unit of the intervals of these methods' ends. */
function unitOf(rows: readonly WindowRow[], methods: readonly string[]): string {
  return widthUnit(rows.filter(({ method }) => methods.includes(method)).map(({ axis }) => axis));
}

/** Random directions are counted separately, since a window is compared with their collapse. */
function title(
  { windows, settings }: DesignRecord,
  left: readonly WindowOutcome[],
  rows: readonly WindowRow[],
): string {
  const controls = new Set(rows.filter(({ role }) => role === "control").map(({ method }) => method));
  const unit = unitOf(
    rows,
    windows.map(({ method }) => method),
  );
  const own = (outcomes: readonly WindowOutcome[]) =>
    outcomes.filter(({ method }) => !controls.has(method)).length;
  const random = left.length - own(left);
  const beside =
    random === 0 ? "" : `, and ${random} of ${windows.length - own(windows)} sweeps of random directions`;
  return `Not reached, ${own(left)} of ${own(windows)} windows${beside}: an interval of ${formatStrength(settings.precision)} ${unit}, for these tasks`;
}
