import { isAbsolute, relative, resolve } from "node:path";
import { type Document, isMap, isScalar, isSeq, LineCounter } from "yaml";
import { LIMITS } from "../limits.js";
import type { Problem } from "../problem.js";
import { readText, UnfitText } from "../read-text.js";
import { ambiguousLayers } from "./ambiguous-layers.js";
import { composeYaml, type YamlBounds } from "./compose.js";
import { applySettings, type Setting, settingText } from "./settings.js";

/** Keys and indices from the top of a file to a value. */
export type Path = readonly (string | number)[];

/** A YAML file as plain data, with the location of each of its values. */
export interface YamlFile {
  /** Absolute. */
  readonly path: string;
  /** As messages show it: relative to the working directory if it is below that. */
  readonly shown: string;
  readonly text: string;
  readonly value: unknown;
  /** Makes a problem for the value (or the key) at `at`, or for the nearest enclosing value if there is none. */
  problem(at: Path, fault: Fault, part?: "key" | "value"): Problem;
}

export interface Fault {
  readonly what: string;
  readonly received?: string | null;
  readonly expected?: string | null;
}

interface ReadOptions {
  readonly cwd: string;
  readonly set?: readonly string[];
  readonly bounds?: YamlBounds & { readonly fileBytes: number };
}

/** Reads a YAML file; if it cannot be read or has faults of syntax, adds the problems and returns null. */
export async function readYaml(
  path: string,
  { cwd, set = [], bounds = LIMITS }: ReadOptions,
  problems: Problem[],
): Promise<YamlFile | null> {
  const absolute = resolve(cwd, path);
  const shown = shownPath(absolute, cwd);
  try {
    return parseYaml(absolute, shown, await readText(absolute, bounds.fileBytes), set, bounds, problems);
  } catch (error) {
    const what = error instanceof UnfitText ? error.fault : refusalOf(error);
    if (what === null) throw error;
    problems.push({ ...FILE_PROBLEM, file: shown, what, expected: "a YAML file" });
    return null;
  }
}

/** The operating system's error about a file; null for any other error. */
function refusalOf(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? String(error.code) : null;
  if (code === null) return null;
  return code === "ENOENT" ? "no such file" : code === "EISDIR" ? "is a folder" : `cannot be read (${code})`;
}

const FILE_PROBLEM = { line: null, column: null, key: "", received: null, expected: null };

function parseYaml(
  path: string,
  shown: string,
  text: string,
  set: readonly string[],
  bounds: YamlBounds,
  problems: Problem[],
): YamlFile | null {
  const lines = new LineCounter();
  const composed = composeYaml(text, bounds, lines);
  if ("faults" in composed) {
    for (const { at, what } of composed.faults) {
      const { line, col } = lines.linePos(at);
      problems.push({ ...FILE_PROBLEM, file: shown, line, column: col, what });
    }
    return null;
  }
  const { document } = composed;
  const settings = applySettings(document, set, problems);
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  const problem: YamlFile["problem"] = (at, fault, part = "value") => {
    const setting = settings.find((entry) => covers(entry.path, at));
    const details = {
      key: pathText(at),
      what: fault.what,
      received: fault.received ?? null,
      expected: fault.expected ?? null,
    };
    if (setting !== undefined) {
      return { file: settingText(setting.text), line: null, column: null, ...details };
    }
    const { line, col } = lines.linePos(offsetOf(document, at, part));
    return { file: shown, line, column: col, ...details };
  };
  for (const { at, written } of ambiguousLayers(document)) {
    const expected = `an index without a point (${Number(written)}), or a fraction of depth below 1`;
    problems.push(
      problem(at, { what: "could be an index or a fraction of depth", received: written, expected }),
    );
  }
  return Object.freeze({ path, shown, text, value, problem });
}

/** `methods[0].strengths.from` */
function pathText(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`),
    "",
  );
}

/** The value at a path of plain data; undefined if there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (inner === null || typeof inner !== "object" || !Object.hasOwn(inner, step)) return undefined;
    return Reflect.get(inner, step);
  }, value);
}

function shownPath(absolute: string, cwd: string): string {
  const below = relative(cwd, absolute);
  return below === "" || below.startsWith("..") || isAbsolute(below) ? absolute : below;
}

function covers(setting: Setting["path"], at: Path): boolean {
  return setting.length <= at.length && setting.every((step, index) => step === String(at[index]));
}

/** Offset of the node at `path`, or of its key; if there is none, of the nearest enclosing key. */
function offsetOf(document: Document, path: Path, part: "key" | "value"): number {
  let node: unknown = document.contents;
  let above = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      : undefined;
    const next: unknown = isSeq(node) ? node.items[Number(step)] : pair?.value;
    const key = startOf(pair?.key);
    const start = startOf(next) ?? key;
    if (start === undefined) return above;
    if (depth === path.length - 1) return part === "key" ? (key ?? start) : start;
    above = key ?? start;
    node = next;
  }
  return above;
}

function startOf(node: unknown): number | undefined {
  return isMap(node) || isSeq(node) || isScalar(node) ? node.range?.[0] : undefined;
}
