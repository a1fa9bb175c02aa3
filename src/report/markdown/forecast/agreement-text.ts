import type { ForecastAgreements } from "../../../analysis/forecast/agreements.js";
import type { ForecastAgreement } from "../../../statistics/forecast/forecast-agreement.js";
import { formatRate, formatSigned } from "../../words/format.js";

/** The agreement in sentences. `source` names where the windows were read. */
export function agreementText({ collapse, onset, unit }: ForecastAgreements, source: string): string {
  return [
    `Against the sampled windows of ${source}, in ${unit === "octaves" ? "octaves of log2 strength" : unit}:`,
    line("collapse", collapse),
    line("onset", onset),
    halvesLine(collapse.judged ?? onset.judged),
    offsetsLine("collapse", collapse),
    offsetsLine("onset", onset),
  ]
    .filter((text) => text !== "")
    .join("\n");
}

function line(name: string, { pairs, correlation, uncalibratedError, judged }: ForecastAgreement): string {
  if (pairs === 0) return `  ${name}: no condition has both a forecast and a sampled one`;
  const raw = `${name}: ${pairs} conditions, correlation ${orNone(correlation, formatCorrelation)}, median error ${orNone(uncalibratedError, formatRate)}`;
  if (judged === null || judged.pairs === 0) return `  ${raw}; not calibrated (a single question)`;
  return `  ${raw} uncalibrated; calibrated on the other half: correlation ${orNone(judged.correlation, formatCorrelation)}, median error ${orNone(judged.medianError, formatRate)}, largest ${orNone(judged.largestError, formatRate)}`;
}

function halvesLine(judged: ForecastAgreement["judged"]): string {
  if (judged === null) return "";
  const [first, second] = judged.halves.map((half) => half.join(", "));
  return `  Each half of the questions (${first} | ${second}) is judged by the offsets, one a model, of the other.`;
}

/** The offsets for forecasts of this run's models, from its samples, and the error that then remains. */
function offsetsLine(name: string, { calibration: { offsets, error } }: ForecastAgreement): string {
  if (error === null) return "";
  const each = [...offsets].map(([model, offset]) => `${model} ${formatSigned(offset)}`).join(", ");
  return `  To add to a forecast ${name}, learnt from all of them: ${each}; median error ${formatRate(error)} where the question is left out.`;
}

const formatCorrelation = (value: number) => formatSigned(value).replace(/^\+/, "");

function orNone(value: number | null, format: (value: number) => string): string {
  return value === null ? "\u2013" : format(value);
}
