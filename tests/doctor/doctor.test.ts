import { expect, test } from "vitest";
import { z } from "zod";
import { run } from "../run/command.js";

const LONG = 120_000;
const findings = z.array(
  z.strictObject({ what: z.string(), status: z.enum(["ok", "note", "missing"]), text: z.string() }),
);

async function diagnose(args: readonly string[]) {
  const { code, stdout, stderr } = await run(["doctor", "--json", ...args]);
  expect(code, stderr).toBe(0);
  return { found: new Map(findings.parse(JSON.parse(stdout)).map((one) => [one.what, one])), stderr };
}

test(
  "the engine is tested and timed on the largest nano model",
  async () => {
    const { found, stderr } = await diagnose([]);
    expect(found.get("self-test")?.text).toMatch(
      /^nano-3\.6m runs on batched .*agrees with transformer_lens/,
    );
    expect(found.get("speed")?.text).toMatch(
      /^[\d,]+ tokens\/s of nano-3\.6m at \d+ rows on .+; \S+ % of the [\d,]+ .*GB\/s, [\d,]+ GFLOP\/s/,
    );
    expect(stderr).toContain("decoding");
  },
  LONG,
);

test(
  "the speed test can be left out",
  async () => {
    const { found, stderr } = await diagnose(["--no-speed"]);
    expect(found.get("self-test")?.status).toBe("ok");
    expect(found.has("speed")).toBe(false);
    expect(stderr).not.toContain("decoding");
  },
  LONG,
);
