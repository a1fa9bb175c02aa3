import { normalQuantile } from "../../../src/statistics/normal-quantile.js";
import { windowPosterior } from "../../../src/statistics/posterior/window-posterior.js";
import { type Random, seededRandom } from "../../../src/util/random.js";
import { type PlantedWindow, plantedCurve, plantedEnds } from "./planted.js";

// Coverage of the posterior's 95 % intervals on fixed strengths, for docs/statistics.md:
// node --import tsx tests/statistics/posterior/print-coverage.ts [runs a row]
const RUNS = Number(process.argv[2] ?? 200);
const POSITIONS = Array.from({ length: 15 }, (_, i) => -3.5 + i / 2);
const OPTIONS = {
  levels: { target: 0.5, capability: 0.9 },
  losses: [0.05],
  confidence: 0.95,
  draws: 2000,
  seed: 1,
  range: { from: 2 ** -5, to: 2 ** 5 },
};

interface Kind {
  readonly name: string;
  readonly generalises: "these" | "like_these";
  /** Widths of all curves, octaves. */
  readonly widths: readonly [number, number];
  /** Standard deviation of the tasks' thresholds. */
  readonly spread: number;
  /** Collapse minus onset. */
  readonly gap: readonly [number, number];
  /** Threshold of gibberish minus that of the tasks. */
  readonly gibberish: number;
  readonly lapse: readonly [number, number];
}

const PLAIN = {
  generalises: "these",
  widths: [0.5, 1.5],
  spread: 0,
  gap: [0.5, 3],
  gibberish: 1,
  lapse: [0, 0.1],
} as const;
const KINDS: readonly Kind[] = [
  { ...PLAIN, name: "tasks alike", widths: [0.5, 2.5] },
  { ...PLAIN, name: "steep curves, tasks alike", widths: [0.2, 0.5] },
  { ...PLAIN, name: "tasks spread by .3 octave", spread: 0.3 },
  { ...PLAIN, name: "steep tasks spread by .5 octave", widths: [0.2, 0.6], spread: 0.5 },
  { ...PLAIN, name: "gibberish .2 octave past the collapse", gibberish: 0.2 },
  { ...PLAIN, name: "empty window", gap: [-2, -0.3] },
  { ...PLAIN, name: "never steered", lapse: [0.55, 0.8] },
  { ...PLAIN, name: "tasks spread by .3 octave", generalises: "like_these", spread: 0.3 },
];

/** A planted window with its 20 tasks, and with the population that they are drawn from. */
function truthsOf(
  { widths, spread, gap, gibberish, lapse }: Kind,
  random: Random,
): { readonly truth: PlantedWindow; readonly population: PlantedWindow } {
  const within = ([low, high]: readonly [number, number]) => low + (high - low) * random();
  const onset = -1.5 + random();
  const collapse = onset + within(gap);
  const tasks = { width: within(widths), baseline: 0.95 };
  const curves = {
    onset: { threshold: onset, width: within(widths), lapse: within(lapse) },
    intact: { threshold: collapse + gibberish, width: within(widths) },
  };
  const thresholds = (places: readonly number[]) => places.map((u) => collapse + spread * normalQuantile(u));
  const drawn = Array.from({ length: 20 }, () => random() + 2 ** -33);
  const all = Array.from({ length: 400 }, (_, i) => (i + 0.5) / 400);
  return {
    truth: { ...curves, tasks: { ...tasks, thresholds: thresholds(drawn) } },
    population: { ...curves, tasks: { ...tasks, thresholds: thresholds(all) } },
  };
}

const holds = (
  { low, high }: { readonly low: number | string; readonly high: number | string },
  value: number,
) => (typeof low === "string" || low <= value) && (typeof high === "string" || value <= high);

console.log(
  "| truth | interval | onset | collapse | width | length of the width's | sure of a window that is none |",
);
for (const kind of KINDS) {
  const covered = { onset: 0, collapse: 0, width: 0 };
  const lengths: number[] = [];
  let sure = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const random = seededRandom(`${kind.name}/${kind.generalises}/${run}`);
    const { truth, population } = truthsOf(kind, random);
    const curve = plantedCurve(truth, { positions: POSITIONS, answers: 16, taskSamples: 1 }, random);
    const result = windowPosterior({ key: `${run}`, curve }, kind.generalises, OPTIONS);
    if (result.kind === "not_estimated") throw new Error(result.reason);
    const { intervals, windowProbability } = result.posterior;
    const right = plantedEnds(kind.generalises === "these" ? truth : population, -5, 5);
    if (holds(intervals.onset, 2 ** right.onset)) covered.onset += 1;
    if (holds(intervals.collapse, 2 ** right.collapse)) covered.collapse += 1;
    if (holds(intervals.width, right.width)) covered.width += 1;
    const { low, high } = intervals.width;
    if (typeof low === "number" && typeof high === "number") lengths.push(high - low);
    if (!(right.width > 0) && windowProbability >= 0.95) sure += 1;
  }
  const share = (count: number) => (count / RUNS).toFixed(2);
  const length =
    lengths.length < RUNS / 2 ? "" : (lengths.reduce((sum, one) => sum + one, 0) / lengths.length).toFixed(2);
  console.log(
    `| ${kind.name} | ${kind.generalises} | ${share(covered.onset)} | ${share(covered.collapse)} | ${share(covered.width)} | ${length} | ${sure} |`,
  );
}
