import { isAbsolute } from "node:path";
import { closest } from "../../util/closest.js";
import type { ActivationMethod, Component, Experiment } from "../experiment.js";
import type { LoadedExperiment } from "../load-experiment.js";
import { methodQuestions } from "../method-questions.js";
import { problemOf } from "../origins.js";
import { type Problem, shown, throwProblems } from "../problem.js";
import type { Path } from "../yaml/yaml-file.js";
import type { Catalogue, DirectionEntry, EditEntry } from "./catalogue.js";

/** The user's direction and edit files, for `describe`. */
export function userMethodFiles(
  experiment: Experiment,
): readonly { readonly path: string; readonly sha256: string }[] {
  const components = experiment.methods.flatMap((method) =>
    method.kind === "activation" ? [method.direction, method.edit] : [],
  );
  const files = components.flatMap(({ kind, file }) =>
    file !== null && isAbsolute(kind) ? [[kind, file.sha256] as const] : [],
  );
  return [...new Map(files)].map(([path, sha256]) => ({ path, sha256 }));
}

/** Throws a UserError with every method whose settings the worker does not support, and an engine that it does not have. */
export function checkAgainstCatalogue(loaded: LoadedExperiment, catalogue: Catalogue): void {
  const problems: Problem[] = [];
  checkEngine(loaded, catalogue, problems);
  for (const [index, method] of loaded.experiment.methods.entries()) {
    if (method.kind !== "activation") continue;
    const add = (field: string, what: string, received: unknown, expected: string, inner: Path = []) => {
      const fault = { what, received: shown(received), expected };
      problems.push(problemOf(loaded.origins, `methods.${index}.${field}`, fault, inner));
    };
    const direction = find("direction", method.direction, catalogue.directions, add);
    const edit = find("edit", method.edit, catalogue.edits, add);
    if (edit !== null) checkStrengths(method, edit, add);
    if (direction !== null) checkDirection(method, direction, add);
    if (direction !== null) checkStatements(loaded, method, direction, problems);
    const lacking = edit?.tensors.find((name) => direction !== null && !direction.tensors.includes(name));
    if (direction !== null && edit !== null && lacking !== undefined) {
      const what = `needs "${lacking}", which the direction ${nameOf(method.direction)} does not fit`;
      add("edit", what, nameOf(method.edit), `an edit for ${direction.tensors.join(", ")}`);
    }
  }
  throwProblems(problems);
}

type Add = (field: string, what: string, received: unknown, expected: string, inner?: Path) => void;

function find<Entry extends { readonly kind: string }>(
  role: "direction" | "edit",
  component: Component,
  entries: readonly Entry[],
  add: Add,
): Entry | null {
  const entry = entries.find(({ kind }) => kind === component.kind);
  if (entry !== undefined) return entry;
  if (isAbsolute(component.kind)) {
    add(
      role,
      `the file defines no ${role}`,
      nameOf(component),
      `a class that is ${role === "edit" ? "an edit" : "a direction"}`,
    );
    return null;
  }
  const known = entries.map(({ kind }) => kind).filter((kind) => !isAbsolute(kind));
  const alike = closest(component.kind, known);
  add(role, `no such ${role}`, component.kind, alike === null ? `one of ${known.join(", ")}` : `"${alike}"`);
  return null;
}

function checkEngine({ experiment, origins }: LoadedExperiment, catalogue: Catalogue, problems: Problem[]) {
  const { engine } = experiment.execution;
  const known = catalogue.engines.map(({ name }) => name);
  if (known.includes(engine)) return;
  const alike = closest(engine, known);
  const expected = alike === null ? `one of ${known.join(", ")}` : `"${alike}"`;
  const fault = { what: "no such engine", received: shown(engine), expected };
  problems.push(problemOf(origins, "", fault, ["execution", "engine"]));
}

function checkStrengths(method: ActivationMethod, edit: EditEntry, add: Add): void {
  const { strengths } = method;
  const { unit } = strengths;
  const name = nameOf(method.edit);
  if (!edit.units.includes(unit)) {
    const expected =
      strengths.kind === "grid"
        ? edit.units.join(" or ")
        : `explicit strengths, such as { unit: ${edit.units[0]}, from: 0.25, to: 16, spacing: auto }`;
    add("strengths", `not a unit of the edit ${name}`, unit, expected, ["unit"]);
  }
  if (strengths.kind === "search") {
    if (edit.axis === "none") {
      const what = `the edit ${name} has no axis of strength to search`;
      add("strengths", what, "auto", "a single value");
    } else if (edit.units.includes(unit) && edit.neutral !== null && strengths.from <= edit.neutral) {
      const what = `the edit ${name} changes nothing at ${edit.neutral}, and a search goes up from there`;
      add("strengths", what, strengths.from, `more than ${edit.neutral}`, ["from"]);
    }
    return;
  }
  const { values } = strengths;
  if (edit.neutral !== null && values.includes(edit.neutral)) {
    const what = `at ${edit.neutral} the edit ${name} changes nothing`;
    add("strengths", what, values, "strengths that change something; the baseline is always sampled");
  }
  if (edit.axis === "none" && values.length > 1) {
    add("strengths", `the edit ${name} has no axis of strength`, values, "a single value");
  }
}

function checkDirection(method: ActivationMethod, direction: DirectionEntry, add: Add): void {
  const name = nameOf(method.direction);
  if (method.draws > 1 && !direction.random && method.resample === "none") {
    const expected = "1, or resample: statements";
    add("draws", `every draw of the direction ${name} is the same`, method.draws, expected);
  }
  const stated = method.direction.params.position !== undefined;
  if (!stated && direction.contrast !== null && method.contrast !== direction.contrast) {
    add("contrast", `the direction ${name} reads statements elsewhere`, method.contrast, direction.contrast);
  }
}

/** A direction that needs statements must find them in every question. */
function checkStatements(
  loaded: LoadedExperiment,
  method: ActivationMethod,
  direction: DirectionEntry,
  problems: Problem[],
): void {
  if (!direction.needs_contrast || method.contrast === null) return;
  for (const { question, part } of methodQuestions(loaded.experiment, method)) {
    if (question.contrast[method.contrast] !== undefined) continue;
    const what = `missing, and the method ${method.name} reads statements at it`;
    const fault = { what, expected: "positive and negative statements" };
    problems.push(problemOf(loaded.origins, `${part}.file`, fault, ["contrast", method.contrast]));
  }
}

function nameOf(component: Component): string {
  return isAbsolute(component.kind) ? (component.file?.path ?? component.kind) : component.kind;
}
