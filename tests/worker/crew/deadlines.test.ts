import { expect, test } from "vitest";
import { allowedMs } from "../../../src/worker/crew/deadlines.js";
import type { GenerateBody } from "../../../src/worker/wire/requests.js";
import { blockWork, modelLoad } from "../problem-pool.js";

const timing = { requestMs: 30_000, methodMs: 15_000, downloadMs: 1_800_000 };
const held = { ref: "model-a", secondsPerToken: 0.01 };

function body(rows: number, content: string): GenerateBody {
  const made = blockWork("ok-1").request.body as GenerateBody;
  return { ...made, rows, prompts: [{ messages: [{ role: "user", content }] }] };
}

test("a worker may take longer for more rows, for longer prompts and with a slower model", () => {
  const few = allowedMs("generate", body(1, "?"), held, timing);
  expect(few).toBeGreaterThan(30_000);
  expect(few).toBeLessThan(35_000);
  expect(allowedMs("generate", body(16, "?"), held, timing)).toBeGreaterThan(few + 30_000);
  expect(allowedMs("generate", body(1, "?".repeat(1000)), held, timing)).toBeGreaterThan(few + 30_000);
  const slow = { ...held, secondsPerToken: 1 };
  expect(allowedMs("generate", body(1, "?"), slow, timing)).toBeGreaterThan(few + 60_000);
});

test("what may download has long, and what runs a user's files has longer with each", () => {
  const load = modelLoad("model-a");
  expect(allowedMs("load", load, null, timing)).toBe(1_800_000);
  expect(allowedMs("put", { vector: "v", layer: 1 }, held, timing)).toBe(30_000);
  expect(
    allowedMs(
      "describe",
      { user_methods: ["/a.py", "/b.py"].map((path) => ({ path, sha256: "0".repeat(64) })) },
      null,
      timing,
    ),
  ).toBe(60_000);
});
