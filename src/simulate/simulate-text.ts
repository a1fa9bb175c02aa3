import type { EndSummary, ReliabilityBin, SimulationSummary } from "./summary.js";
import { CLAIM } from "./summary.js";
import { ENDS } from "./verdict.js";

/** The summary of one truth's simulated experiments, as a table for people. */
export function simulationText(title: string, summary: SimulationSummary, confidence: number): string {
  const { samples, falseWindow } = summary;
  const lines = [
    `${title}: ${summary.experiments} experiments, ${percent(summary.reached)} reached; samples mean ${samples.mean.toFixed(0)}, ` +
      `median ${samples.median}, 90 % below ${samples.p90}; ${summary.rounds.toFixed(1)} rounds`,
    `  end       coverage of ${percent(confidence)}   bias    RMSE    median length (octaves)`,
    ...ENDS.map((end) => endLine(end, summary.ends[end])),
  ];
  if (falseWindow.share !== null) {
    lines.push(
      `  a window said to exist (P > ${CLAIM}) where there is none: ${percent(falseWindow.share)} of ${falseWindow.without}`,
    );
  }
  if (falseWindow.shareOfNeverSteered !== null) {
    lines.push(
      `  the same where it is never steered: ${percent(falseWindow.shareOfNeverSteered)} of ${falseWindow.neverSteered}`,
    );
  }
  lines.push(...reliabilityLines("never steered", summary.neverSteered));
  lines.push(...reliabilityLines("never collapsed", summary.neverCollapsed));
  return lines.join("\n");
}

function endLine(end: string, { coverage, bias, rmse, length, numbers }: EndSummary): string {
  const narrow = numbers === 1 ? "" : ` (between two numbers in ${percent(numbers)})`;
  return `  ${end.padEnd(9)} ${percent(coverage).padEnd(17)} ${octaves(bias).padEnd(7)} ${octaves(rmse).padEnd(7)} ${octaves(length)}${narrow}`;
}

/** Empty if the probability was never in doubt. */
function reliabilityLines(what: string, bins: readonly ReliabilityBin[]): string[] {
  if (bins.length < 2) return [];
  return [
    `  stated probability of ${what}: bin, experiments, mean stated, share that was`,
    ...bins.map(
      ({ from, to, n, stated, observed }) =>
        `    ${from.toFixed(3)}-${to.toFixed(3)} ${String(n).padStart(6)}  ${stated.toFixed(3)}  ${observed.toFixed(3)}`,
    ),
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function octaves(value: number | null): string {
  return value === null ? "-" : value.toFixed(3);
}
