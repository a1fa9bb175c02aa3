import type { LoadedExperiment } from "../../config/load-experiment.js";
import { problemOf } from "../../config/origins.js";
import { shown, throwProblems } from "../../config/problem.js";
import { type OpenScorers, openScorers, UnusableScorer } from "../scoring/open-scorers.js";

/** The scorers of a config, each tried; throws a UserError that says where one stands that cannot be used. */
export async function usableScorers(loaded: LoadedExperiment, root: string): Promise<OpenScorers> {
  try {
    return await openScorers(loaded.experiment, root);
  } catch (cause) {
    if (!(cause instanceof UnusableScorer)) throw cause;
    const { reference, what } = cause;
    const index = loaded.experiment.scorers.indexOf(reference);
    const expected = "a program that answers as docs/scorers.md says";
    const fault = { what: `cannot be used: ${what}`, received: shown(reference.file?.path), expected };
    throwProblems([problemOf(loaded.origins, `scorers.${index}`, fault)]);
    throw cause;
  }
}
