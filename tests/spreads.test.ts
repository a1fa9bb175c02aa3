import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";

const src = join(import.meta.dirname, "..", "src");

/** Files that spread lists whose lengths the program itself bounds. */
const BOUNDED = new Set([
  "ask-logprobs.ts", // at most MOST_ITEMS
  "degenerate.ts", // words among 20,000 characters
  "doctor.ts", // findings of this machine
  "interpreter-pool.ts", // programs waiting
  "simulate-text.ts", // lines of two tables
]);
/** A list as an argument, behind none or plain ones. */
const SPREAD = /(?:Math\.(?:max|min)|\.(?:push|unshift|splice))\(\s*(?:[^(){}[\]]*,\s*)?\.\.\./;

test("no unbounded list becomes the arguments of a call, which would overflow the stack", () => {
  const spreading = readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !BOUNDED.has(basename(file)))
    .filter((file) => SPREAD.test(readFileSync(join(src, file), "utf8")));
  expect(spreading).toEqual([]);
});
