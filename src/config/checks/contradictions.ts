import { canonicalJson } from "../../util/canonical-json.js";
import type { ActivationMethod, Experiment, Method, Strengths } from "../experiment.js";
import { componentIdentity } from "../identity.js";
import { methodQuestions } from "../method-questions.js";
import { type Origins, problemOf } from "../origins.js";
import { type Problem, shown } from "../problem.js";
import { checkResampling } from "./check-resampling.js";

/** Adds a problem for each contradiction in a resolved experiment. */
export function checkContradictions(experiment: Experiment, origins: Origins, problems: Problem[]): void {
  const { models, questions, development, capabilities, scorers, methods } = experiment;
  const add = (part: string, what: string, received: unknown, expected: string) =>
    problems.push(problemOf(origins, part, { what, received: shown(received), expected }));

  for (const index of repeats(models.map(({ name }) => name))) {
    add(
      `models.${index}`,
      "has the name of another model",
      models[index]?.name,
      "a different `name` for each model",
    );
  }
  for (const index of repeats(models.map(({ ref, revision }) => `${ref}@${revision}`))) {
    add(`models.${index}`, "is a model that is listed already", models[index]?.ref, "each model once");
  }
  for (const index of repeats(questions.map(({ id }) => id))) {
    add(`questions.${index}`, "has the id of another question", questions[index]?.id, "each question once");
  }
  const asked = [...questions, ...development].map(({ id }) => id);
  for (const index of repeats(asked).filter((place) => place >= questions.length)) {
    const reported = asked.indexOf(asked[index] ?? "") < questions.length;
    add(
      `development.${index - questions.length}`,
      reported ? "is a question that is reported" : "has the id of another question",
      asked[index],
      reported ? "questions that layers may be chosen on, and no others" : "each question once",
    );
  }
  for (const index of repeats(capabilities.map(({ id }) => id))) {
    add(
      `capabilities.${index}`,
      "has the id of another capability",
      capabilities[index]?.id,
      "each capability once",
    );
  }
  for (const index of repeats(scorers.map(({ name }) => name))) {
    add(`scorers.${index}`, "has the name of another scorer", scorers[index]?.name, "each scorer once");
  }
  const owners = new Map<string, string>();
  for (const [index, { id, tasks }] of capabilities.entries()) {
    const shared = tasks.find((task) => (owners.get(task.id) ?? id) !== id);
    if (shared !== undefined) {
      const what = `has the task ${shared.id}, as ${owners.get(shared.id)} has`;
      add(`capabilities.${index}`, what, id, "capabilities without common tasks");
    }
    for (const task of tasks) owners.set(task.id, owners.get(task.id) ?? id);
  }
  for (const index of repeats(methods.map(({ name }) => name))) {
    add(
      `methods.${index}`,
      "has the name of another method",
      methods[index]?.name,
      "a different `name` for each method",
    );
  }
  for (const [index, method] of methods.entries()) {
    const twin = methods.slice(0, index).find((other) => overlap(method, other));
    if (twin === undefined || twin.name === method.name) continue;
    const expected = "methods that differ in more than names and numbers of samples";
    add(`methods.${index}`, `repeats conditions of ${twin.name}`, method.name, expected);
  }
  for (const [index, method] of methods.entries()) {
    if (method.kind === "prompt") {
      for (const [place, question] of questions.entries()) {
        if (question.instruction !== null) continue;
        const what = `missing, and the method ${method.name} of kind prompt needs it`;
        problems.push(
          problemOf(origins, `questions.${place}.file`, { what, expected: "text" }, ["instruction"]),
        );
      }
      continue;
    }
    checkResampling(experiment, method, index, origins, problems);
    const { position } = method.direction.params;
    if ((position === "last_token" || position === "word") && position !== method.contrast) {
      const stated = method.contrast ?? "none";
      add(`methods.${index}.contrast`, `contradicts the direction's position ${position}`, stated, position);
    }
    if (position !== "last_token" && position !== "word") continue;
    for (const { question, part } of methodQuestions(experiment, method)) {
      if (question.contrast[position] !== undefined) continue;
      const what = `missing, and the method ${method.name} reads statements at it`;
      const fault = { what, expected: "positive and negative statements" };
      problems.push(problemOf(origins, `${part}.file`, fault, ["contrast", position]));
    }
  }
}

/** Indices of the values that also occur earlier. */
function repeats(values: readonly string[]): readonly number[] {
  return values.flatMap((value, index) => (values.indexOf(value) < index ? [index] : []));
}

/** Whether two methods have a condition in common: the same edit along the same vector, at the same strength. */
function overlap(a: Method, b: Method): boolean {
  if (a.kind === "prompt" || b.kind === "prompt") return a.kind === b.kind;
  const condition = ({ direction, edit, contrast, positions, strengths: { unit } }: ActivationMethod) =>
    canonicalJson([componentIdentity(direction), componentIdentity(edit), contrast, positions, unit]);
  return (
    condition(a) === condition(b) && layersMeet(a.layers, b.layers) && strengthsMeet(a.strengths, b.strengths)
  );
}

/** A layer yet to be chosen may be any. */
function layersMeet(a: ActivationMethod["layers"], b: ActivationMethod["layers"]): boolean {
  return a === "auto" || b === "auto" || a.some((layer) => b.includes(layer));
}

/** A search may use any strength. */
function strengthsMeet(a: Strengths, b: Strengths): boolean {
  return a.kind === "search" || b.kind === "search" || a.values.some((value) => b.values.includes(value));
}
