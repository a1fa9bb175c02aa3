import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Logs } from "../../../src/run/blocks/block-options.js";
import { chosenWithout } from "../../../src/run/quarantine/try-again.js";
import { openRun } from "../../../src/store/folder/read-run.js";
import type { Manifest } from "../../../src/store/manifest.js";
import type { QuarantinedPiece } from "../../../src/store/quarantine.js";
import { readSamples, readScores } from "../../../src/store/tables/read-table.js";
import { run } from "../command.js";
import { problemRun } from "../problem-run.js";

const idsOf = (pieces: readonly QuarantinedPiece[] = []) => pieces.flatMap(({ ids }) => ids).sort();

const LONG = 120_000;

test(
  "what the machine failed at is tried once more at every later start, until it is done",
  async () => {
    const problem = problemRun();
    const records = () => readdirSync(join(problem.folder, "quarantine")).length;
    const samples = () => [
      ...readSamples(openRun(problem.folder).files, join(problem.folder, "samples.arrow")),
    ];
    const said = await problem.start("short_of_memory");
    const quarantined = problem.manifest()?.quarantined ?? [];
    const planned = samples().length + quarantined.length;
    expect(problem.exitCode()).toBe(3);
    expect(quarantined.length).toBeGreaterThan(0);
    expect(quarantined.every(({ fault, of }) => fault === "machine" && of === "samples")).toBe(true);
    expect(records()).toBe(quarantined.length);
    expect(said).toContain(`${samples().length} of ${planned} samples in`);

    const again = await problem.start("short_of_memory");
    expect(again).toContain(`is finished but for ${quarantined.length} samples`);
    expect(problem.exitCode()).toBe(3);
    expect(idsOf(problem.manifest()?.quarantined)).toEqual(idsOf(quarantined));
    expect(problem.manifest()?.quarantined.every(({ start }) => start === 1)).toBe(true);

    await problem.start("good");
    expect(problem.exitCode()).toBe(0);
    expect(problem.manifest()?.quarantined).toEqual([]);
    expect(records()).toBe(0);
    expect(samples().map(({ plan_index }) => plan_index)).toEqual([...Array(planned).keys()]);
    const scored = new Set(
      [...readScores(openRun(problem.folder).files, join(problem.folder, "scores.arrow"))].map(
        ({ sample_id }) => sample_id,
      ),
    );
    expect(scored.size).toBe(planned);
    expect(await problem.start("good")).toContain("is finished; reporting it");
  },
  LONG,
);

test(
  "what fails by itself is final, and every report says so and ends with 3",
  async () => {
    const problem = problemRun();
    await problem.start("wrong");
    const { length } = problem.manifest()?.quarantined ?? [];
    expect(problem.manifest()?.quarantined.every(({ fault }) => fault === "sample")).toBe(true);
    expect(await problem.start("good")).toContain("is finished; reporting it");
    expect(problem.exitCode()).toBe(3);
    const { code, stderr } = await run(["report", problem.folder]);
    expect(code, stderr).toBe(3);
    expect(stderr).toContain(`Quarantined, and missing from every number here: ${length} samples.`);
    expect(stderr).toContain(`${length} samples, by their own fault (test_same): It failed with same.`);
  },
  LONG,
);

test("a search goes on without the samples that it chose rounds without, and takes in the others", () => {
  const piece = (
    block: string,
    rounds: number,
    change: Partial<QuarantinedPiece> = {},
  ): QuarantinedPiece => ({
    ...{ block, of: "samples", ids: [`sample of ${block}`], fault: "machine", code: "out_of_memory" },
    ...{ reason: "It ran out of memory.", start: 0, rounds, ...change },
  });
  const log = { has: (id: string) => id === "done.0" };
  const logs = { samples: log, measurements: log, scores: log } as unknown as Logs;
  const before = {
    status: "running",
    chosen_without: ["an earlier one"],
    quarantined: [
      ...[piece("early", 2), piece("last", 5), piece("done.0.1", 2)],
      ...[piece("own", 2, { fault: "sample" }), piece("measured", 2, { of: "measurements" })],
    ],
  } as unknown as Manifest;
  expect(chosenWithout(before, 5, logs)).toEqual(["an earlier one", "sample of early"]);
  expect(chosenWithout({ ...before, status: "finished" }, 5, logs)).toEqual([
    ...["an earlier one", "sample of early", "sample of last"],
  ]);
});
