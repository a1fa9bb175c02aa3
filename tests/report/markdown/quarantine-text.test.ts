import { expect, test } from "vitest";
import { quarantineText } from "../../../src/report/markdown/quarantine-text.js";
import type { QuarantinedPiece } from "../../../src/store/quarantine.js";

const piece = (change: Partial<QuarantinedPiece>): QuarantinedPiece => ({
  ...{ block: "b", of: "samples", ids: ["s"], fault: "machine", code: "out_of_memory" },
  ...{ reason: "It ran out of memory.", start: 0, rounds: 0, ...change },
});

test("what is missing is counted by reason, the most frequent first, and what the machine failed at is tried again", () => {
  const pieces = [
    piece({ fault: "sample", code: "internal", reason: "The edit raised ValueError." }),
    piece({}),
    piece({ ids: ["t"], reason: "It ran out of memory once more." }),
    piece({ of: "measurements" }),
  ];
  expect(quarantineText(pieces)).toBe(
    [
      "Quarantined, and missing from every number here: 3 samples and 1 measurement.",
      "  2 samples and 1 measurement, by the machine's fault (out_of_memory): It ran out of memory.",
      "  1 sample, by their own fault (internal): The edit raised ValueError.",
      "The command that made the run tries once more what was the machine's fault.",
    ].join("\n"),
  );
  expect(quarantineText(pieces.slice(0, 1))).not.toContain("once more");
  expect(quarantineText([])).toBe("");
});
