import type { ReportInput, ReportSample } from "../../analysis/input.js";
import { surveyScores } from "../../analysis/missing-scores.js";
import { type ScoredSample, scoredSamples } from "../../analysis/scored-samples.js";
import type { WindowRow } from "../../analysis/window-rows.js";
import { type CurveScorers, curveScorers } from "../../statistics/tally/tallying.js";
import type { ScoreRow } from "../../store/tables/columns.js";
import { inFence, inMarkdown } from "../../text/foreign-text.js";
import { formatName, formatStrength } from "./format.js";
import { formatEnd, formatWidth } from "./windows/window-table.js";

/** Responses shown of each prompt at each place of the window. */
const SHOWN = 2;
/** Characters of a response. */
const MOST_CHARACTERS = 600;

interface Place {
  readonly name: string;
  /** Null for the baseline. */
  readonly strength: number | null;
}

/** transcripts.md: what each model said without steering, at onset, inside the window, at collapse and beyond. */
export function transcriptsPage(input: ReportInput, rows: readonly WindowRow[]): string {
  const scorers = curveScorers(input.scorers);
  const shown = rows.filter(({ role }) => role === "method").map((row) => ({ row, places: placesOf(row) }));
  const kept = keep(input, shown);
  const sections = shown.map(({ row, places }, i) => section(row, places, kept[i] ?? new Map(), scorers));
  return `${["# Transcripts", INTRODUCTION, ...sections].join("\n\n")}\n`;
}

const INTRODUCTION = `The first ${SHOWN} answers, and the first ${SHOWN} responses to a coding task, at the tested strength nearest to each place of the window. Nothing was picked by hand; long responses are cut at ${MOST_CHARACTERS} characters.`;

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
): Kept[] {
  const kept = shown.map(
    ({ places }): Kept => new Map(places.map(({ strength }) => [strength, { answers: [], tasks: [] }])),
  );
  const byModel = new Map<string, number[]>();
  shown.forEach(({ row }, i) => {
    byModel.set(row.model, [...(byModel.get(row.model) ?? []), i]);
  });
  for (const scored of scoredSamples(samples, scores, surveyScores(scores).newest)) {
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

function section(row: WindowRow, places: readonly Place[], kept: Kept, scorers: CurveScorers): string {
  const parts = [
    `## ${inMarkdown(`${row.question}: ${row.method}, ${row.model}`)}${row.layer === null ? "" : `, layer ${row.layer}`}`,
    describe(row),
  ];
  for (const { name, strength } of places) {
    const place = kept.get(strength);
    if (place === undefined || place.answers.length + place.tasks.length === 0) continue;
    parts.push(
      `### ${name[0]?.toUpperCase()}${name.slice(1)}${strength === null ? "" : ` (strength ${formatStrength(strength)})`}`,
    );
    for (const scored of [...place.answers, ...place.tasks]) parts.push(response(scored, scorers));
  }
  return parts.join("\n\n");
}

function describe({ headline, result }: WindowRow): string {
  if (headline === null)
    return `No window: ${result.kind === "not_estimated" ? result.reason : "nothing was estimated"}.`;
  const { onset, collapse, width } = headline.window;
  return `Onset ${formatEnd(onset)}, collapse ${formatEnd(collapse)}, width ${formatWidth(width)}.`;
}

function response({ sample, scores }: ScoredSample, scorers: CurveScorers): string {
  const scoreOf = (scorer: string | null) => scores.find((row) => row.scorer === scorer);
  const verdict =
    sample.prompt_kind === "question"
      ? answerVerdict(scoreOf(scorers.target), scoreOf(scorers.intact))
      : taskVerdict(scoreOf(scorers.capability));
  const text =
    sample.text.length > MOST_CHARACTERS ? `${sample.text.slice(0, MOST_CHARACTERS)} [cut]` : sample.text;
  const how = sample.stop === "end" ? "" : `, stopped by ${sample.stop}`;
  const head = `*${sample.prompt_kind === "question" ? "answer" : inMarkdown(sample.prompt_id)}, ${verdict}${how}*`;
  return `${head}\n\n${inFence(text === "" ? "(nothing)" : text)}`;
}

function answerVerdict(target: ScoreRow | undefined, intact: ScoreRow | undefined): string {
  const value = target?.value ?? null;
  if (value === null) return "not scored";
  const label = intact?.label ?? null;
  return `${value === 1 ? "target" : "not target"}${label === null ? "" : ` (${formatName(label)})`}`;
}

function taskVerdict(capability: ScoreRow | undefined): string {
  const value = capability?.value ?? null;
  if (value === null) return "not scored";
  if (value === 1) return "passed";
  const reason = capability?.reason ?? null;
  return `failed${reason === null ? "" : ` (${inMarkdown(reason)})`}`;
}
