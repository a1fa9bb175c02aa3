import { describe, expect, it } from "vitest";
import { inCsv, inFence, inLine, inMarkdown, inTerminal } from "../../src/text/foreign-text.js";

/** Every control of C0 and C1, and everything that turns the direction of writing. */
const CONTROLS = [
  ...Array.from({ length: 32 }, (_, code) => code),
  ...Array.from({ length: 33 }, (_, i) => 0x7f + i),
  ...[0x61c, 0x200e, 0x200f, 0x2028, 0x2029],
  ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
].filter((code) => code !== 9 && code !== 10);
const HARMLESS = [
  "def add(a, b):\n\treturn a + b\r\n",
  "Falken jagen M\u00e4use \u2013 \u732b \u0639\u0631\u0628\u064a \ud83d\udc68\u200d\ud83d\udc69",
  "TypeError: expected 1, got [2, 3]",
  "SyntaxError: invalid syntax (<response>, line 2)",
  "nano-0.2m",
];

describe("text of others", () => {
  it("stays as it is where it is harmless", () => {
    for (const text of HARMLESS) {
      expect(inTerminal(text)).toBe(text);
      expect(inFence(text)).toBe(`\`\`\`text\n${text}\n\`\`\``);
      expect(inCsv(text)).toBe(text);
    }
    for (const text of HARMLESS.slice(2)) expect(inMarkdown(text)).toBe(text);
  });

  it("shows controls as codes in every medium", () => {
    for (const code of CONTROLS) {
      const text = `a${String.fromCodePoint(code)}b`;
      const shown = `a\\u{${code.toString(16)}}b`;
      expect(inTerminal(text)).toBe(shown);
      expect(inCsv(text)).toBe(shown);
      expect(inMarkdown(text)).toBe(`\`${shown}\``);
      expect(inFence(text)).toContain(`\n${shown}\n`);
    }
  });

  it("stays in its line", () => {
    expect(inLine("a\nb\r\nc\td")).toBe("a\\nb\\nc\\td");
    expect(inMarkdown("x\n\n# heading\n\n|a|b|\n|-|-|")).toBe("`x\\n\\n# heading\\n\\n|a|b|\\n|-|-|`");
  });

  it.each([
    '<img src=x onerror="alert(1)">',
    "<!-- gone -->",
    "![x](https://example.org/x.png)",
    "[x](javascript:alert)",
    "see https://example.org",
    "&lt;",
    "**bold**",
    "__init__",
    "a\\",
  ])("is code in Markdown where a reader would make more of it: %s", (text) => {
    expect(inMarkdown(text)).toBe(`\`${text}\``);
  });

  it("does not close the fence or code around it", () => {
    for (const run of ["`", "``", "```", "``````"]) {
      const fence = inFence(`a\n${run}\n# out`).split("\n");
      expect(fence[0]).toBe(`${fence.at(-1)}text`);
      expect((fence.at(-1) ?? "").length).toBeGreaterThan(Math.max(2, run.length));
      expect(inMarkdown(`${run}a`)).toBe(`${run}\` ${run}a ${run}\``);
    }
  });

  it("is no formula in CSV, while numbers stay numbers", () => {
    for (const text of ["=1+1", "+cmd", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1"])
      expect(inCsv(text).startsWith("'")).toBe(true);
    for (const text of ["-0.5", "+1e3", "-0.5 0.25", "a=b", "'=1"]) expect(inCsv(text)).toBe(text);
  });
});
