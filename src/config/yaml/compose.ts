import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isScalar,
  Lexer,
  type LineCounter,
  Parser,
  type Scalar,
  visit,
} from "yaml";

/** A part of a text that is not accepted as YAML, and its location. */
interface SyntaxFault {
  /** Offset. */
  readonly at: number;
  readonly what: string;
}

export interface YamlBounds {
  /** And signs. */
  readonly words: number;
  readonly depth: number;
  readonly keys: number;
}

/**
 * The document in a text, or all of its faults. Text that is too long, too wide or too deep is found before it reaches
 * code that recurses for each level and compares each key with all others.
 */
export function composeYaml(
  text: string,
  bounds: YamlBounds,
  lines?: LineCounter,
): { readonly document: Document } | { readonly faults: readonly [SyntaxFault, ...SyntaxFault[]] } {
  const tokens = tokensOf(text, bounds, lines);
  if (!Array.isArray(tokens)) return { faults: [tokens] };
  const excess = excessOf(tokens, bounds);
  if (excess !== null) return { faults: [excess] };
  const composer = new Composer({ prettyErrors: false, stringKeys: true });
  const [document, second] = [...composer.compose(tokens, true, text.length)];
  if (document === undefined) throw new Error("the composer made no document");
  const faults: SyntaxFault[] = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    at: pos[0],
    what: `not YAML: ${message}`,
  }));
  if (second !== undefined)
    faults.push({ at: second.range[0], what: "not YAML: a second document begins here" });
  visit(document, (_, node) => {
    if (isAlias(node))
      faults.push({ at: node.range?.[0] ?? 0, what: "not YAML: aliases (*name) are not supported" });
    if (isScalar(node)) node.value = exact(node);
  });
  const [first, ...others] = faults;
  return first === undefined ? { document } : { faults: [first, ...others] };
}

/** The parts of a text, or where it has too many words. */
function tokensOf(text: string, bounds: YamlBounds, lines?: LineCounter): CST.Token[] | SyntaxFault {
  const parser = new Parser(lines?.addNewLine);
  lines?.addNewLine(0);
  const tokens: CST.Token[] = [];
  let words = 0;
  let at = 0;
  for (const word of new Lexer().lex(text)) {
    words += 1;
    if (words > bounds.words)
      return { at, what: `too long, expected at most ${bounds.words} words and signs` };
    for (const token of parser.next(word)) tokens.push(token);
    at = parser.offset;
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

/** The first map with too many keys, or the first value nested too deeply; without recursion. */
function excessOf(tokens: readonly CST.Token[], { depth, keys }: YamlBounds): SyntaxFault | null {
  const open = tokens.flatMap((token) =>
    token.type === "document" && token.value !== undefined ? [{ token: token.value, level: 1 }] : [],
  );
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, level } = next;
    if (!("items" in token)) continue;
    if (level > depth)
      return {
        at: token.offset,
        what: `too deep, expected lists and maps at most ${depth} times within one another`,
      };
    const isMap =
      token.type === "block-map" ||
      (token.type === "flow-collection" && token.start.type === "flow-map-start");
    if (isMap && token.items.length > keys)
      return { at: token.offset, what: `too long, expected at most ${keys} keys of one map` };
    for (const item of token.items) {
      for (const part of [item.key, item.value]) {
        if (part) open.push({ token: part, level: level + 1 });
      }
    }
  }
  return null;
}

/** A whole number beyond 2^53 as a bigint, with every digit in the file. */
function exact({ value, source }: Scalar): unknown {
  const beyond = typeof value === "number" && !Number.isSafeInteger(value);
  return beyond && source !== undefined && /^[-+]?\d{1,10000}$/.test(source) ? BigInt(source) : value;
}
