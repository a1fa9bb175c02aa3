import { closest } from "../../util/closest.js";
import { analysisOf } from "../defaults.js";
import type { Analysis } from "../experiment.js";
import { type Problem, shown } from "../problem.js";
import type { AnalysisInput } from "../schema/analysis-schema.js";
import type { Path, YamlFile } from "../yaml/yaml-file.js";

/**
 * The analysis with its defaults; adds a problem for every contradiction in it. `methods` are the names of the
 * experiment's methods; null if some could not be resolved, in which case contrasts are not checked against them.
 */
export function resolveAnalysis(
  input: AnalysisInput,
  file: YamlFile,
  methods: readonly string[] | null,
  problems: Problem[],
): Analysis {
  const analysis = analysisOf(input);
  const add = (at: Path, what: string, received: unknown, expected: string) =>
    problems.push(file.problem(["analysis", ...at], { what, received: shown(received), expected }));

  const { frontier_loss: loss, frontier_losses: losses, contrasts } = analysis;
  const falling = losses.findIndex((value, index) => index > 0 && value <= (losses[index - 1] ?? 0));
  if (falling >= 0) {
    add(["frontier_losses", falling], "not ascending", losses[falling], `more than ${losses[falling - 1]}`);
  }
  if (!losses.includes(loss)) {
    add(["frontier_losses"], `lacks frontier_loss ${loss}`, losses, `a list with ${loss}`);
  }
  for (const [index, pair] of contrasts.entries()) {
    for (const side of ["method", "against"] as const) {
      if (methods === null || methods.includes(pair[side])) continue;
      const alike = closest(pair[side], methods);
      const expected = alike === null ? `one of ${methods.join(", ")}` : `"${alike}"`;
      add(["contrasts", index, side], "no method of the experiment", pair[side], expected);
    }
    if (pair.method === pair.against) {
      add(["contrasts", index], "compares a method with itself", pair, "two methods");
    }
    const same = (other: typeof pair) => other.method === pair.method && other.against === pair.against;
    if (contrasts.findIndex(same) < index) add(["contrasts", index], "occurs twice", pair, "each pair once");
  }
  return analysis;
}
