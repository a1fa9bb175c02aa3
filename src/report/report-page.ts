import type { Findings } from "./assemble.js";
import { formatParameters, formatRate, formatStrength } from "./format.js";
import type { ReportInput } from "./input.js";
import { markdownTable } from "./markdown-table.js";
import { trendLine } from "./summary.js";
import type { WindowRow } from "./window-rows.js";
import { windowSections } from "./window-sections.js";

/** report.md: what was run, what came out, and what could not have been shown. */
export function reportPage(input: ReportInput, { windows, trends, contents }: Findings): string {
  const { experiment } = input;
  const pictures = contents.map(([name]) => name).filter((name) => name.endsWith(".svg"));
  const methods = windows.filter(({ role }) => role === "method");
  return `${[
    `# ${experiment.name}`,
    experiment.description ?? "",
    ...pictures.map((name) => `![${name.replace(/\.svg$/, "").replaceAll("_", " ")}](${name})`),
    ...windowSections(windows),
    "Onset, collapse and width are defined in [windows.md](windows.md), which also has the post's own numbers; every number is in [windows.csv](windows.csv), what the models said in [transcripts.md](transcripts.md).",
    "## Trend over the ladder",
    trends.map((trend) => `- ${trendLine(trend)}`).join("\n"),
    "## What could not have been shown",
    limits(input, methods)
      .map((line) => `- ${line}`)
      .join("\n"),
    "## What was run",
    modelTable(input),
    counts(input),
  ]
    .filter((part) => part !== "")
    .join("\n\n")}\n`;
}

function limits(input: ReportInput, rows: readonly WindowRow[]): string[] {
  const { experiment, models } = input;
  const rungs = Object.keys(models).length;
  const orders = Array.from({ length: rungs }, (_, i) => i + 1).reduce((product, n) => product * n, 1);
  const tasks = Math.max(0, ...rows.map((row) => row.tasks));
  const absent = experiment.models.map(({ name }) => name).filter((name) => !(name in models));
  return [
    rungs < 3
      ? `A trend over size: ${rungs} of the ladder's rungs were run, too few for any test.`
      : `A trend beyond chance: ${rungs} rungs have ${orders} orders, so the smallest two-sided p they can give is 2/${orders} (${(2 / orders).toFixed(3)}), whatever the widths.`,
    "Size as a cause: rungs differ in more than size, and one training run a rung cannot tell size from seed.",
    tasks >= 20
      ? `Other questions and statements: the intervals generalise to other samples, and over ${tasks} tasks to tasks like these, not to other questions.`
      : `Other tasks or questions: with ${tasks} tasks (fewer than 20) the intervals generalise to other samples of these tasks only.`,
    `Anything between two tested strengths: ends are interpolated on ${rows.some(({ axis }) => axis === "linear") ? "the strength's axis" : "log2 strength"}, and no interval of an end is narrower than the step that it lies in.`,
    ...(rows.every(({ control }) => control === null)
      ? ["How much of the collapse is mere norm: no random directions were run."]
      : []),
    ...(absent.length > 0 ? [`Anything about ${absent.join(", ")}: not run.`] : []),
  ];
}

function modelTable({ experiment, models }: ReportInput): string {
  return markdownTable(
    ["model", "parameters", "layers"],
    experiment.models.map(({ name }) => {
      const model = models[name];
      return model === undefined
        ? [name, "not run", "\u2013"]
        : [name, `${formatParameters(model.parameters)} (${model.parameters})`, String(model.layers)];
    }),
  );
}

function counts({ experiment, samples }: ReportInput): string {
  let total = 0;
  let spoiled = 0;
  for (const { stop } of samples) {
    total += 1;
    if (stop === "error") spoiled += 1;
  }
  const { question, task } = experiment.decoding;
  return [
    `${total} samples; ${spoiled} of them ended in non-finite numbers under an edit and count as failures.`,
    `Questions at temperature ${formatStrength(question.temperature)}, at most ${question.max_tokens} tokens; tasks at temperature ${formatStrength(task.temperature)}, at most ${task.max_tokens} tokens; seed ${experiment.seed}; intervals at ${formatRate(experiment.analysis.confidence)}.`,
  ].join(" ");
}
