import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { decode } from "../../src/worker/frames.js";

/** The frames that both languages test, in hexadecimal. */
const frames = z.array(z.string());
const golden = z
  .object({
    accepted: z.array(z.object({ name: z.string(), frames, message: z.unknown() })),
    refused: z.array(z.object({ name: z.string(), frames, reason: z.string() })),
  })
  .parse(JSON.parse(readFileSync(new URL("../fixtures/frames/golden.json", import.meta.url), "utf8")));

const bytes = (hex: readonly string[]) => hex.map((frame) => Buffer.from(frame, "hex"));

describe("golden frames", () => {
  it.each(golden.accepted)("reads: $name", (sample) => {
    const decoded = decode(bytes(sample.frames));
    if (!decoded.ok) throw new Error(`${decoded.reason}: ${decoded.detail}`);
    const { header, body = null, tensors } = decoded.message;
    const shown = tensors.map(({ bytes: data, ...rest }) => ({
      ...rest,
      bytes: Buffer.from(data).toString("hex"),
    }));
    expect({ header, body, tensors: shown }).toEqual(sample.message);
  });

  it.each(golden.refused)("refuses: $name", (sample) => {
    expect(decode(bytes(sample.frames))).toMatchObject({ ok: false, reason: sample.reason });
  });
});
