import { UserError } from "../util/user-error.js";

/** One problem of the user's input, and its location. */
export interface Problem {
  /** The file as it is shown to the user, or `--set KEY=VALUE`. */
  readonly file: string;
  /** 1-based; null where there is no line, as for `--set`. */
  readonly line: number | null;
  readonly column: number | null;
  /** Dotted path of the key, as `methods[0].strengths.from`; empty for the whole file. */
  readonly key: string;
  readonly what: string;
  readonly received: string | null;
  readonly expected: string | null;
}

/** `file:line:column key: what, received ..., expected ...` */
function formatProblem(problem: Problem): string {
  const { file, line, column, key, what, received, expected } = problem;
  const where = line === null ? file : `${file}:${line}:${column ?? 1}`;
  const details = [
    what,
    ...(received === null ? [] : [`received ${received}`]),
    ...(expected === null ? [] : [`expected ${expected}`]),
  ];
  return `${where}${key === "" ? "" : ` ${key}`}: ${details.join(", ")}`;
}

/** Most problems that a message lists; the others show once these are corrected. */
const MOST_LINES = 100;

/** All problems of the user's input, one on each line. */
export class ConfigError extends UserError {
  constructor(readonly problems: readonly Problem[]) {
    const lines = [...new Set(problems.map(formatProblem))];
    const more = lines.length - MOST_LINES;
    super([...lines.slice(0, MOST_LINES), ...(more > 0 ? [`and ${more} more`] : [])].join("\n"));
  }
}

/** Throws all problems as one UserError, ordered by file and line; returns if there are none. */
export function throwProblems(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const order = [...new Set(problems.map((problem) => problem.file))];
  const sorted = [...problems].sort(
    (a, b) =>
      order.indexOf(a.file) - order.indexOf(b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  );
  throw new ConfigError(sorted);
}

/** A value as a message shows it: JSON, cut at 80 characters. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const isNumber = typeof value === "number" || typeof value === "bigint";
  const text = isNumber ? String(value) : (JSON.stringify(value, bigAsText) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** JSON.stringify throws on a bigint. */
const bigAsText = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);
