import type { Experiment, Method } from "../experiment.js";
import type { Origin } from "../origins.js";
import { shown } from "../problem.js";
import { valueAt, type YamlFile } from "../yaml/yaml-file.js";
import type { Context } from "./context.js";

type Parts = Pick<Experiment, "questions" | "development" | "methods">;

/** A control whose layers are auto uses the methods' layers: all of those that they state. */
export function followMethods(methods: readonly Method[]): readonly Method[] {
  const leading = methods.flatMap((method) =>
    method.kind === "activation" && method.role === "method" ? [method.layers] : [],
  );
  const stated = leading.flatMap((layers) => (layers === "auto" ? [] : layers));
  if (leading.length === 0 || leading.includes("auto")) return methods;
  const layers = [...new Set(stated)];
  return methods.map((method) =>
    method.kind === "activation" && method.layers === "auto" ? { ...method, layers } : method,
  );
}

/**
 * Sets the last third of the questions (at least one) aside for development, if a layer is to be chosen and no development
 * questions are named. Adds a problem if no question would be left.
 */
export function setAside(
  parts: Parts,
  file: YamlFile,
  context: Context,
  origins: Map<string, Origin>,
): Parts {
  const { questions, methods } = parts;
  const chosen = methods.filter((method) => method.kind === "activation" && method.layers === "auto");
  if (!chosen.some(({ role }) => role === "method") || valueAt(file.value, ["development"]) !== undefined)
    return parts;
  const named = valueAt(file.value, ["questions"]);
  if (Array.isArray(named) && named.length === 1) {
    const fault = { what: "one question alone, and layers are chosen on others", received: shown(named) };
    const expected = "development: [names of other questions], or layers: [0.75]";
    context.problems.push(file.problem(["questions"], { ...fault, expected }));
  }
  if (questions.length < 2) return parts;
  const kept = questions.length - Math.max(1, Math.floor(questions.length / 3));
  for (let index = kept; index < questions.length; index++) {
    for (const part of ["", ".file"]) {
      const origin = origins.get(`questions.${index}${part}`);
      origins.delete(`questions.${index}${part}`);
      if (origin !== undefined) origins.set(`development.${index - kept}${part}`, origin);
    }
  }
  return { methods, questions: questions.slice(0, kept), development: questions.slice(kept) };
}
