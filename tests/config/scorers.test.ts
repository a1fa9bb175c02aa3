import { join } from "node:path";
import { expect, test } from "vitest";
import { ConfigError } from "../../src/config/problem.js";
import { loadResolved, resolvedYaml } from "../../src/config/resolved-yaml.js";
import { EXPERIMENT, makeProject } from "./project.js";

const problemsOf = async (scorers: string): Promise<readonly string[]> => {
  const project = await makeProject();
  await project.write({ "tone.py": "", "a/tone.py": "" });
  const error = await project.load(`${EXPERIMENT}scorers: ${scorers}\n`).catch((cause: unknown) => cause);
  return error instanceof ConfigError ? error.problems.map(({ key, what }) => `${key}: ${what}`) : [];
};

test.each([
  ["[refusal, ./tone.py]", []],
  ["[./gone.py]", [/^scorers\[0\]: no such file as .*gone\.py$/]],
  ["[refusal, 'tone/of voice']", [/^scorers\[1\]: cannot name a scorer$/]],
  ["[a/tone]", [/^scorers\[0\]: not a Python file$/]],
  ["[./tone.py, a/tone.py]", [/^scorers\[1\]: has the name of another scorer$/]],
  ["[]", [/^scorers: /]],
])("scorers: %s", async (scorers, expected) => {
  const problems = await problemsOf(scorers);
  expect(problems).toHaveLength(expected.length);
  for (const [i, pattern] of expected.entries()) expect(problems[i]).toMatch(pattern);
});

test("a run keeps its scorers, and one of an earlier version has none", async () => {
  const project = await makeProject();
  await project.write({ "tone.py": "1" });
  const { experiment } = await project.load(`${EXPERIMENT}scorers: [refusal, ./tone.py]\n`);
  expect(experiment.scorers).toMatchObject([
    { name: "refusal", file: null },
    { name: "tone", file: { path: join(project.root, "tone.py") } },
  ]);
  const text = resolvedYaml(experiment);
  await project.write({ "resolved.yaml": text });
  expect(await loadResolved(join(project.root, "resolved.yaml"))).toEqual(experiment);
  await project.write({ "resolved.yaml": text.replace(/^scorers:\n(?: .*\n)+/mu, "") });
  expect((await loadResolved(join(project.root, "resolved.yaml"))).scorers).toEqual([]);
});
