import { widthUnit } from "../../../analysis/width-unit.js";
import type { WindowRow } from "../../../analysis/windows/window-rows.js";
import type { FrontierPosterior, WindowPosterior } from "../../../statistics/posterior/window-posterior.js";
import { formatInterval, formatRate, formatSigned, formatStrength, formatValue } from "../../words/format.js";
import { type Block, table } from "../page.js";

const NONE = "\u2013";

/** What a method gains at each loss of capability, and the margin of safety. Empty where no posterior applies. */
export function frontierSection(rows: readonly WindowRow[], losses: readonly number[]): Block[] {
  const applies = rows.filter(({ role, posterior }) => role === "method" && posterior.these !== null);
  if (applies.length === 0) return [];
  const unit = widthUnit(applies.map(({ axis }) => axis));
  const gains = applies.some(({ posterior }) => posterior.these?.frontier[0]?.gain !== null);
  return [
    "## Frontier and margin of safety",
    `T(e): the best strict target rate that keeps at least 1 - e of the unsteered capability, at the strength in brackets${gains ? "; its gain is that rate minus the random directions' own best" : ""}. Margin of safety: ${unit === "octaves" ? unit : `distance (${unit})`} from the dose with 90 % of the best target rate to the dose with 10 % capability loss. Intervals: these tasks; P(window) for both populations.`,
    table(
      [
        "question",
        "method",
        "model",
        ...losses.flatMap((loss) => [`T(${loss})`, ...(gains ? [`gain at ${loss}`] : [])]),
        "margin of safety",
        "P(window), these tasks",
        "P(window), tasks like these",
      ],
      applies.map(({ question, method, model, posterior }) => [
        question,
        method,
        model,
        ...losses.flatMap((loss) => {
          const point = posterior.these?.frontier.find((other) => other.loss === loss);
          return [rateCell(point), ...(gains ? [gainCell(point)] : [])];
        }),
        safetyCell(posterior.these),
        probability(posterior.these),
        probability(posterior.like_these),
      ]),
    ),
  ];
}

function rateCell(point: FrontierPosterior | undefined): string {
  if (point === undefined) return NONE;
  const at = point.strength === null ? "unsteered" : formatStrength(point.strength);
  return `${formatRate(point.rate)} ${formatInterval(point.interval, formatRate)} (${at})`;
}

function gainCell(point: FrontierPosterior | undefined): string {
  if (point === undefined || point.gain === null) return NONE;
  return `${formatSigned(point.gain)} ${formatInterval(point.gainInterval, formatSigned)}`;
}

function safetyCell(posterior: WindowPosterior | null): string {
  if (posterior === null) return NONE;
  const { value, interval } = posterior.safety;
  return `${formatValue(value, formatSigned)} ${formatInterval(interval, formatSigned)}`;
}

function probability(posterior: WindowPosterior | null): string {
  return posterior === null ? NONE : formatRate(posterior.windowProbability);
}
