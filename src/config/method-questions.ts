import type { ActivationMethod, Experiment, Question } from "./experiment.js";

/** Questions for which a method's vectors are fitted, each with its part of the experiment; a control has no development questions. */
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
