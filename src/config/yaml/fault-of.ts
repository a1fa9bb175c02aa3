import type { z } from "zod";

export type Issue = z.core.$ZodIssue;

/** What is wrong with a value and what is expected, from a schema's complaint. */
export function faultOf(issue: Issue): { readonly what: string; readonly expected: string } {
  return { what: complaint(issue), expected: expectation(issue) };
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  bigint: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
  null: "null",
};

function complaint(issue: Issue): string {
  switch (issue.code) {
    case "too_small":
      return issue.origin === "number" || issue.origin === "int" ? "too small" : "too short";
    case "too_big":
      return issue.origin === "number" || issue.origin === "int" ? "too large" : "too long";
    case "invalid_type":
    case "invalid_union":
      return "of the wrong type";
    default:
      return "not allowed";
  }
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[issue.expected] ?? issue.expected;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "invalid_union":
      return [...new Set(issue.errors.flatMap((issues) => issues.slice(0, 1).map(expectation)))].join(" or ");
    case "too_small":
      return size(issue.origin, issue.inclusive === false ? "more than" : "at least", Number(issue.minimum));
    case "too_big":
      return size(issue.origin, issue.inclusive === false ? "less than" : "at most", Number(issue.maximum));
    default:
      return issue.message;
  }
}

function size(origin: string, bound: string, limit: number): string {
  if (origin === "string") return `${bound} ${limit} character${limit === 1 ? "" : "s"}`;
  if (origin === "array") return `${bound} ${limit} item${limit === 1 ? "" : "s"}`;
  return `${bound} ${limit}`;
}
