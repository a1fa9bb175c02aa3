import { expect, test } from "vitest";

import { extractCode } from "../../src/scoring/extract-code.js";

const code = "def f(n):\n    return n\n";

test.each([
  ["a fenced block", `Here:\n\`\`\`python\n${code}\`\`\`\nDone.`, code],
  ["a fence left open", `\`\`\`python\n${code}`, code],
  ["a fence without a language", `\`\`\`\n${code}\`\`\``, code],
  [
    "the last block that defines it",
    `\`\`\`python\ndef f(n): pass\n\`\`\`\n\`\`\`py\n${code}\`\`\`\n\`\`\`python\nf(1)\n\`\`\``,
    code,
  ],
  ["the first block where none defines it", "```python\ng = 1\n```\n```python\nh = 1\n```", "g = 1\n"],
  ["no block of another language", `\`\`\`js\nlet f;\n\`\`\`\n\`\`\`python\n${code}\`\`\``, code],
  ["the text itself where it defines it", code, code],
  ["a lambda", "f = lambda n: n", "f = lambda n: n"],
  ["nothing from prose", "The function f(n) returns n.", null],
  ["nothing from a comparison", "f == 1", null],
  ["nothing from another function", "def ff(n): pass", null],
  ["nothing from nothing", "", null],
])("takes %s", (_, text, expected) => {
  expect(extractCode(text, "f")).toBe(expected);
});
