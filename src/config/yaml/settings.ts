import { type Document, isCollection, isScalar, isSeq, Scalar, YAMLMap } from "yaml";
import { LIMITS } from "../limits.js";
import type { Problem } from "../problem.js";
import { composeYaml } from "./compose.js";

/** One `--set key=value`: where it was applied, and as it was written. */
export interface Setting {
  readonly path: readonly string[];
  readonly text: string;
}

/** Puts `key=value` settings (dotted keys, YAML values) into a document; adds a problem for every bad one. */
export function applySettings(
  document: Document,
  texts: readonly string[],
  problems: Problem[],
): readonly Setting[] {
  return texts.flatMap((text) => {
    const result = applySetting(document, text);
    if (typeof result !== "string") return [result];
    const problem = { line: null, column: null, key: "", received: null, expected: null };
    problems.push({ ...problem, file: settingText(text), what: result });
    return [];
  });
}

/** A setting as messages show it. */
export const settingText = (text: string): string =>
  `--set ${text.length > 200 ? `${text.slice(0, 197)}...` : text}`;

/** The setting, or what is wrong with it. */
function applySetting(document: Document, text: string): Setting | string {
  const equals = text.indexOf("=");
  const key = text.slice(0, Math.max(equals, 0));
  const path = key.replaceAll(/\[(\d+)\]/g, ".$1").split(".");
  if (equals < 1 || path.includes("")) {
    return "cannot be understood, expected KEY=VALUE, as samples.question=4 or methods.0=random";
  }
  if (path.length > LIMITS.depth) return `too deep, expected at most ${LIMITS.depth} keys`;
  const composed = composeYaml(text.slice(equals + 1), LIMITS);
  if ("faults" in composed) return `the value is ${composed.faults[0].what}, expected KEY=VALUE`;
  let node: unknown = document.contents;
  for (const [depth, step] of path.entries()) {
    if (isScalar(node)) node = asMap(document, node, path.slice(0, depth));
    if (node === undefined || node === null) break;
    const above = path.slice(0, depth).join(".") || "the file";
    if (!isCollection(node)) return `${above} has no keys, expected the key of a map or the index of a list`;
    if (isSeq(node) && !(/^\d+$/.test(step) && Number(step) <= node.items.length)) {
      return `${above} is a list of ${node.items.length}, received "${step}", expected an index from 0 to ${node.items.length}`;
    }
    node = node.get(isSeq(node) ? Number(step) : step, true);
  }
  document.setIn(path, document.createNode(composed.document.toJS({ maxAliasCount: 0 })));
  return { path, text };
}

/** Entries that may be a text or a map, by their path, with the key of the map for which the text is short. */
const SHORT_FORMS: readonly (readonly [place: RegExp, key: (text: string) => string])[] = [
  [/^models\.\d+$/, () => "model"],
  [/^methods\.\d+$/, () => "preset"],
  [/(^|\.)(direction|edit)$/, (text) => (text.endsWith(".py") ? "file" : "kind")],
];

/** Replaces a text by the map for which it is short, so that a key of it can be set; leaves any other text unchanged. */
function asMap(document: Document, text: Scalar, at: readonly string[]): unknown {
  const { value } = text;
  const form = SHORT_FORMS.find(([place]) => place.test(at.join(".")));
  if (typeof value !== "string" || form === undefined) return text;
  const map = new YAMLMap<Scalar, Scalar>(document.schema);
  map.range = text.range ?? null;
  map.set(new Scalar(form[1](value)), text);
  document.setIn(at, map);
  return map;
}
