import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { pythonOf } from "../../../src/run/start/worker-launch.js";
import { openUserScorer, type UserScorer } from "../../../src/scoring/user/open-user-scorer.js";
import type { AskedResponse } from "../../../src/scoring/user/user-scorer.js";
import { shippedQuestion } from "../labelled.js";

const root = join(import.meta.dirname, "..", "..", "..");
const problem = join(root, "tests", "fixtures", "problem_scorer.py");

const asked = (text: string, more: Partial<AskedResponse> = {}): AskedResponse => ({
  ...{ sample_id: `sample of ${text}`, text, stop: "end", asks: "question" },
  ...{ prompt: [{ role: "user", content: "Which bird?" }], question: shippedQuestion("caracara") },
  ...{ task: null, capability: null, model: "m", method: "caa", layer: 3, strength: 1.5, unit: "resid" },
  ...more,
});

const open: UserScorer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((scorer) => scorer.close()));
});

async function opened(path: string, sha256 = hashOf(path)): Promise<UserScorer> {
  const reference = { name: "mine", file: { path, sha256 } };
  const scorer = await openUserScorer(reference, { python: pythonOf(root), path, sha256 }, () =>
    asked("fine"),
  );
  open.push(scorer);
  return scorer;
}

const hashOf = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

function written(source: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "scorer-")), "mine.py");
  writeFileSync(path, source);
  return path;
}

describe("a scorer of the user's own", { timeout: 120_000 }, () => {
  test("says what it is, and scores each sample in order", async () => {
    const scorer = await opened(problem);
    expect(scorer).toMatchObject({
      ...{ name: "mine", version: 3, asks: "question" },
      outcome: { kind: "mean", curve: "own", smaller_is_better: true },
    });
    expect(await scorer.score([asked("one"), asked("two", { method: null })])).toEqual([
      { value: 0.25, label: "caa", reason: null },
      { value: 0.25, label: null, reason: null },
    ]);
  });

  test("leaves a sample without its score where it crashes, hangs or talks nonsense, and scores the next", async () => {
    const scorer = await opened(problem);
    const reasons: Record<string, RegExp> = {
      crash: /^the scorer failed: it exited with code 7 \(the last words\)$/,
      hang: /^the scorer failed: it gave no answer within 2 s$/,
      noise: /^the scorer failed: it answered "here it comes", which is no JSON$/,
      another: /where an answer to the sample sample of another was due$/,
      "too much": /^the scorer failed: it answered .*value: Too big/,
      "not a number": /which is no JSON$/,
      nothing: /^the scorer failed: it gave neither a value nor a reason$/,
      "cannot tell": /^too short$/,
    };
    for (const [text, reason] of Object.entries(reasons)) {
      const [failed, next] = await scorer.score([asked(text), asked("fine")]);
      expect(failed?.value, text).toBeNull();
      expect(failed?.reason).toMatch(reason);
      expect(next, text).toEqual({ value: 0.25, label: "caa", reason: null });
    }
  });

  test("is given up after three failures in a row", async () => {
    const scorer = await opened(problem);
    const verdicts = await scorer.score(["crash", "crash", "crash", "fine"].map((text) => asked(text)));
    expect(verdicts.map(({ value }) => value)).toEqual([null, null, null, null]);
    expect(verdicts.at(-1)?.reason).toContain(
      "given up after 3 failures in a row; the last time it exited with code 7",
    );
  });

  test("is not asked about what the model spoiled, which has the worst value", async () => {
    const scorer = await opened(problem);
    const [verdict] = await scorer.score([asked("crash", { stop: "error" })]);
    expect(verdict).toMatchObject({ value: 1, reason: expect.stringContaining("non-finite") });
  });

  test("cannot be used where it fails at once, describes itself wrongly or is another file", async () => {
    await expect(opened(written("import no_such_module\n"))).rejects.toThrow(
      "it exited with code 1 (ModuleNotFoundError: No module named 'no_such_module')",
    );
    await expect(opened(written('print(\'{"version": 1, "asks": "poem"}\')\n'))).rejects.toThrow(
      /it described itself as .*asks: Invalid option/,
    );
    const swapped = readFileSync(problem, "utf8")
      .replace('"question"', '"task"')
      .replace('"own"', '"target"');
    await expect(opened(written(swapped))).rejects.toThrow("target is a curve of answers to questions");
    await expect(opened(problem, "0".repeat(64))).rejects.toThrow(
      "it is not the file any more that the experiment was read with",
    );
  });

  test("the example of the documentation answers as it should", async () => {
    const scorer = await opened(join(root, "docs", "examples", "my_scorer.py"));
    expect(await scorer.score([asked("Thank you, please come in."), asked("An owl.")])).toEqual([
      { value: 1, label: "polite", reason: null },
      { value: 0, label: "plain", reason: null },
    ]);
  });
});
