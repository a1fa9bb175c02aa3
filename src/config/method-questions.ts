import type { ActivationMethod, Experiment, Question } from "./experiment.js";

/** Questions that a method's vectors are fitted for, each with its part of the experiment: a control goes without development. */
export function methodQuestions(
  { questions, development }: Experiment,
  { layers, role }: ActivationMethod,
): readonly { readonly question: Question; readonly part: string }[] {
  const parts = (section: string, list: readonly Question[]) =>
    list.map((question, index) => ({ question, part: `${section}.${index}` }));
  return [
    ...parts("questions", questions),
    ...(layers === "auto" && role === "method" ? parts("development", development) : []),
  ];
}
