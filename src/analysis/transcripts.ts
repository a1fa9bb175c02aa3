import type { ReportInput, ReportSample } from "./input.js";
import type { ScoreSurvey } from "./missing-scores.js";
import { type ScoredSample, scoredSamples } from "./scored-samples.js";
import type { WindowRow } from "./windows/window-rows.js";

/** Responses shown of each prompt at each place of the window. */
export const SHOWN = 2;

interface Place {
  readonly name: string;
  /** Null for the baseline. */
  readonly strength: number | null;
}

/** What a model said at one place of a window. */
interface TranscriptPlace extends Place {
  readonly answers: readonly ScoredSample[];
  readonly tasks: readonly ScoredSample[];
}

export interface Transcript {
  readonly row: WindowRow;
  /** Without steering first, then by strength. */
  readonly places: readonly TranscriptPlace[];
}

/** What each model said without steering, at onset, inside the window, at collapse and beyond. */
export function transcripts(
  input: Pick<ReportInput, "samples" | "scores">,
  rows: readonly WindowRow[],
  newest: ScoreSurvey["newest"],
): Transcript[] {
  const shown = rows.filter(({ role }) => role === "method").map((row) => ({ row, places: placesOf(row) }));
  const kept = keep(input, shown, newest);
  return shown.map(({ row, places }, i) => ({
    row,
    places: places.map((place) => ({
      ...place,
      ...(kept[i]?.get(place.strength) ?? { answers: [], tasks: [] }),
    })),
  }));
}

/** Tested strengths nearest to onset, middle, collapse and one octave beyond; thirds of the grid where there is no window. */
function placesOf({ headline, strengths, axis }: WindowRow): Place[] {
  const window = headline?.window;
  const onset = window?.onset.name === "at" ? window.onset.strength : null;
  const collapse = window?.collapse.name === "at" ? window.collapse.strength : null;
  const middle =
    onset === null || collapse === null
      ? null
      : axis === "log"
        ? Math.sqrt(onset * collapse)
        : (onset + collapse) / 2;
  const beyond = collapse === null ? null : axis === "log" ? collapse * 2 : collapse * 1.5;
  const wanted: [string, number | null][] = [
    ["onset", onset],
    ["mid-window", middle],
    ["collapse", collapse],
    ["beyond the collapse", beyond],
  ];
  if (onset === null)
    wanted.push(["highest strength (never steered, or steered throughout)", strengths.at(-1) ?? null]);
  const places = new Map<number, string[]>();
  for (const [name, strength] of wanted) {
    if (strength === null) continue;
    const near = nearest(strengths, strength);
    places.set(near, [...(places.get(near) ?? []), name]);
  }
  const ascending = [...places].toSorted(([a], [b]) => a - b);
  return [
    { name: "unsteered", strength: null },
    ...ascending.map(([strength, names]) => ({ name: names.join(", "), strength })),
  ];
}

function nearest(strengths: readonly number[], wanted: number): number {
  return strengths.reduce((best, strength) =>
    Math.abs(strength - wanted) < Math.abs(best - wanted) ? strength : best,
  );
}

type Kept = Map<number | null, { readonly answers: ScoredSample[]; readonly tasks: ScoredSample[] }>;

/** The first samples of every place, with their scores, in one pass over all samples. */
function keep(
  { samples, scores }: Pick<ReportInput, "samples" | "scores">,
  shown: readonly { row: WindowRow; places: readonly Place[] }[],
  newest: ScoreSurvey["newest"],
): Kept[] {
  const kept = shown.map(
    ({ places }): Kept => new Map(places.map(({ strength }) => [strength, { answers: [], tasks: [] }])),
  );
  const byModel = new Map<string, number[]>();
  shown.forEach(({ row }, i) => {
    byModel.set(row.model, [...(byModel.get(row.model) ?? []), i]);
  });
  for (const scored of scoredSamples(samples, scores, newest)) {
    const { sample } = scored;
    for (const i of byModel.get(sample.model) ?? []) {
      const row = shown[i]?.row;
      if (row === undefined || !belongs(sample, row)) continue;
      const place = kept[i]?.get(sample.role === "baseline" ? null : sample.strength);
      const list = sample.prompt_kind === "question" ? place?.answers : place?.tasks;
      if (list !== undefined && list.length < SHOWN) list.push(scored);
    }
  }
  return kept;
}

function belongs(sample: ReportSample, row: WindowRow): boolean {
  const prompt =
    sample.prompt_kind === "question"
      ? sample.prompt_id === row.question
      : sample.capability === row.capability;
  if (sample.role === "baseline") return prompt;
  return (
    prompt && sample.method === row.method && sample.question === row.question && sample.layer === row.layer
  );
}
