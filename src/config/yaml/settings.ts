import { type Document, isAlias, isCollection, isSeq, parseDocument } from "yaml";
import type { Problem } from "../problem.js";

/** One `--set key=value`: where it went, and as it was written. */
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
    problems.push({ ...problem, file: `--set ${text}`, what: result });
    return [];
  });
}

/** The setting, or what is wrong with it. */
function applySetting(document: Document, text: string): Setting | string {
  const equals = text.indexOf("=");
  const key = text.slice(0, Math.max(equals, 0));
  const path = key.replaceAll(/\[(\d+)\]/g, ".$1").split(".");
  if (equals < 1 || path.includes("")) {
    return "cannot be understood, expected KEY=VALUE, as samples.question=4 or methods.0=random";
  }
  const value = parseDocument(text.slice(equals + 1), { prettyErrors: false });
  const error = value.errors[0] ?? value.warnings[0];
  if (isAlias(value.contents)) return "the value is an alias, expected a YAML value";
  if (error !== undefined) return `the value is not YAML (${error.message}), expected KEY=VALUE`;
  let node: unknown = document.contents;
  for (const [depth, step] of path.entries()) {
    if (node === undefined || node === null) break;
    const above = path.slice(0, depth).join(".") || "the file";
    if (!isCollection(node)) return `${above} has no keys, expected the key of a map or the index of a list`;
    if (isSeq(node) && !(/^\d+$/.test(step) && Number(step) <= node.items.length)) {
      return `${above} is a list of ${node.items.length}, received "${step}", expected an index from 0 to ${node.items.length}`;
    }
    node = node.get(isSeq(node) ? Number(step) : step, true);
  }
  document.setIn(path, document.createNode(value.toJS({ maxAliasCount: 0 })));
  return { path, text };
}
