import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { ReportInput } from "../../src/analysis/input.js";
import { reportRecords } from "../../src/report/report-run.js";
import { windowFromTable } from "../../src/report/user-table/window-from-table.js";
import { here } from "./here.js";
import { LADDER, syntheticInput } from "./synthetic.js";

const FOLDER = mkdtempSync(join(tmpdir(), "hostile-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const IMAGE = '<img src=x onerror="alert(1)">';
const REMOTE = "![spy](https://example.org/spy.png)";
const RAW = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]|(?![\n\t])\p{Cc}/u;

/** Lines of a page that stand outside of its fences, code between backticks taken out. */
function outside(page: string): string[] {
  let fence: string | null = null;
  return page.split("\n").flatMap((line) => {
    if (fence !== null) {
      if (line === fence) fence = null;
      return [];
    }
    fence = /^`{3,}/.exec(line)?.[0] ?? null;
    return [line.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, "")];
  });
}

test("what models and their programs say does nothing in transcripts.md", async () => {
  const input = syntheticInput({
    ...LADDER,
    models: LADDER.models.slice(0, 1),
    questions: ["caracara"],
    strengths: LADDER.strengths.filter((_, i) => i % 2 === 0),
    draws: 1,
    bootstrap: 20,
  });
  const said = `\u001b[2J\u0007\0\u202eowl\n\`\`\`\`\n# Heading\n${IMAGE}\n${REMOTE}\n|a|\n|-|\r# Other`;
  const hostile: ReportInput = {
    ...input,
    samples: [...input.samples].map((sample) => ({ ...sample, text: said })),
    scores: [...input.scores].map((score) =>
      score.scorer === "python"
        ? { ...score, value: 0, reason: `Error: \n\n# Heading ${IMAGE} ${REMOTE}` }
        : score,
    ),
  };
  // With every task failed there is no window, but there are transcripts.
  await reportRecords(hostile, join(FOLDER, "run"), here);
  const page = readFileSync(join(FOLDER, "run", "transcripts.md"), "utf8");
  expect(page).toContain(`\\u{1b}[2J\\u{7}\\u{0}\\u{202e}owl\n\`\`\`\`\n# Heading`);
  expect(page).toContain("failed (`Error: \\n\\n# Heading <img");
  expect(page).not.toMatch(RAW);
  const ours = outside(page);
  expect(ours.filter((line) => /<img|!\[|\||^# /.test(line))).toEqual(["# Transcripts"]);
  expect(ours.filter((line) => line.startsWith("## "))).toHaveLength(1);
});

test("labels of a table do nothing in pages, tables, pictures and the terminal", async () => {
  const model = `=1+1 ${IMAGE} \u001b[31m\u202e|x`;
  const question = "a\n\n# Heading";
  const field = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const rows = [0, 0.5, 1, 2, 4].map(
    (strength) =>
      `${field(model)},1000,${field(question)},${strength},20,${strength > 0.5 ? 20 : 0},20,${strength < 4 ? 20 : 0}`,
  );
  const table = join(FOLDER, "table.csv");
  const header = "model,parameters,question,strength,n_target,target_hits,n_capability,capability_passes";
  writeFileSync(table, [header, ...rows].join("\n"));
  const out = join(FOLDER, "table");
  const { summary, undrawn } = await windowFromTable(table, { out, drawer: here.drawer });
  expect(undrawn).toEqual([]);
  for (const name of ["windows.md", "windows.csv", "steering_sweep.svg"])
    expect(readFileSync(join(out, name), "utf8"), name).not.toMatch(RAW);
  expect(readFileSync(join(out, "windows.csv"), "utf8")).toContain("\n\"'=1+1 <img");
  expect(readFileSync(join(out, "steering_sweep.svg"), "utf8")).not.toContain("<img");
  const ours = outside(readFileSync(join(out, "windows.md"), "utf8"));
  expect(ours.filter((line) => line.includes("<img") || line === "# Heading")).toEqual([]);
  expect(summary.split("\n").filter((line) => line.includes("a\\n\\n# Heading"))).toHaveLength(1);
});
