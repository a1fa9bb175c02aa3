import type { RunFindings } from "../../analysis/findings.js";
import type { ScoredSample } from "../../analysis/scored-samples.js";
import { SHOWN, type Transcript } from "../../analysis/transcripts.js";
import type { WindowRow } from "../../analysis/windows/window-rows.js";
import type { CurveScorers } from "../../statistics/tally/tallying.js";
import type { ScoreRow } from "../../store/tables/columns.js";
import { inFence, inMarkdown } from "../../text/foreign-text.js";
import { formatEnd, formatWidth } from "../words/ends.js";
import { formatName, formatStrength } from "../words/format.js";
import type { Page } from "./page.js";

/** Characters of a response. */
const MOST_CHARACTERS = 600;

const INTRODUCTION = `The first ${SHOWN} answers, and the first ${SHOWN} responses to a coding task, at the tested strength nearest to each place of the window. Nothing was picked by hand; long responses are cut at ${MOST_CHARACTERS} characters.`;

/** transcripts.md: what each model said along its window. */
export function transcriptsPage({ transcripts, scorers }: RunFindings): Page {
  return {
    title: "Transcripts",
    blocks: [INTRODUCTION, ...transcripts.flatMap((transcript) => section(transcript, scorers))],
  };
}

function section({ row, places }: Transcript, scorers: CurveScorers): string[] {
  return [
    `## ${inMarkdown(`${row.question}: ${row.method}, ${row.model}`)}${row.layer === null ? "" : `, layer ${row.layer}`}`,
    describe(row),
    ...places.flatMap(({ name, strength, answers, tasks }) => {
      if (answers.length + tasks.length === 0) return [];
      return [
        `### ${name[0]?.toUpperCase()}${name.slice(1)}${strength === null ? "" : ` (strength ${formatStrength(strength)})`}`,
        ...[...answers, ...tasks].map((scored) => response(scored, scorers)),
      ];
    }),
  ];
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
