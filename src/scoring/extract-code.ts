const FENCE = /```[ \t]*([\w+-]*)[^\n]*\n([\s\S]*?)(?:```|$)/gu;
const PYTHON = new Set(["", "python", "py", "python3"]);

/**
 * The program in a response: the last fenced Python block that defines the function (a fence left open runs to the end),
 * else the first one; without fences the whole text, where it defines the function. Null where there is none.
 */
export function extractCode(text: string, name: string): string | null {
  const defines = definition(name);
  const blocks = [...text.matchAll(FENCE)]
    .filter(([, language = ""]) => PYTHON.has(language.toLowerCase()))
    .map(([, , code = ""]) => code);
  const chosen = blocks.findLast((code) => defines.test(code)) ?? blocks[0];
  if (chosen !== undefined) return chosen;
  return defines.test(text) ? text : null;
}

/** A function definition or an assignment at the beginning of a line. */
function definition(name: string): RegExp {
  return new RegExp(`^[ \\t]*(?:(?:async )?def[ \\t]+${name}[ \\t]*\\(|${name}[ \\t]*=(?!=))`, "mu");
}
