import { beforeAll, describe, expect, it } from "vitest";
import { checkPlanSize } from "../../../src/plan/cost/check-size.js";
import { readModelShapes } from "../../../src/plan/cost/model-shape.js";
import { EXPERIMENT, makeProject, type Project } from "../../config/project.js";

let project: Project;
beforeAll(async () => {
  project = await makeProject();
});

/** What is wrong with the size of a plan, a line each; none where it is taken. */
async function problems(text: string, ...set: string[]): Promise<readonly string[]> {
  const loaded = await project.load(text, set);
  const shapes = await readModelShapes(loaded.experiment.models, project.root);
  try {
    checkPlanSize(loaded, shapes);
    return [];
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "UserError") throw error;
    return error.message.split("\n");
  }
}

const SEARCH = EXPERIMENT.replace("values: [0.5, 1]", "from: 0.5, to: 8, spacing: auto");

describe("a plan whose legal numbers multiply beyond what can be held or carried out", () => {
  it("is refused at the method that adds most, with what was multiplied", async () => {
    const setting = "methods.1={preset: random, draws: 10000, samples: {question: 1000, task: 1000}}";
    expect(await problems(EXPERIMENT, setting)).toEqual([
      `--set ${setting} methods[1]: makes the plan too large (2 models x 2 questions x 1 layers x 10000 draws x 2 strengths x (1000 + 2 tasks x 1000 samples)), received 240,000,160 samples in all, expected at most 20,000,000 samples`,
    ]);
  });

  it("is refused for its cells, its tokens, its blocks and its unsteered cells too", async () => {
    const strengths = "strengths={unit: resid, from: 0.1, to: 1, count: 1000}";
    expect(await problems(EXPERIMENT, "methods.1.draws=100", strengths)).toEqual([
      expect.stringContaining("received 1,212,008 cells in all, expected at most 1,000,000 cells"),
    ]);
    expect(await problems(EXPERIMENT, "decoding.task.max_tokens=1000000", "samples.task=10000")).toEqual([
      expect.stringMatching(/methods\[1\]: .* tokens in all, expected at most 100,000,000,000 tokens/),
    ]);
    expect(await problems(EXPERIMENT, "execution.block=1", "baseline.question=900000")).toEqual([
      expect.stringContaining("expected at most 1,000,000 blocks; a larger execution.block"),
    ]);
    const many = Array.from({ length: 30 }, (_, index) => `q${index}.yaml`);
    const question = "messages: [{ role: user, content: Why? }]\nright: [a]\ntarget: [b]\n";
    await project.write(Object.fromEntries(many.map((name) => [name, question])));
    const unsteered = [
      `questions=[${many.join(", ")}]`,
      "methods=[{ name: own, direction: caa, contrast: none }]",
    ];
    expect(await problems(EXPERIMENT, ...unsteered, "baseline.question=1000000")).toEqual([
      expect.stringMatching(
        /^experiment.yaml:1:1 baseline: .*30 questions x 1000000.* 60,\d+,\d+ samples in all/,
      ),
    ]);
  });

  it("counts a search by what its windows may take, or the run's own limit", async () => {
    const one = ["models=[models/tiny]", "methods=[caa]", "design.window_samples=1000000"];
    expect(await problems(SEARCH, ...one)).toEqual([]);
    expect(await problems(SEARCH, "design.window_samples=1000000", "layers=[0, 1, 2, 3, 4, 5]")).toEqual([
      expect.stringMatching(/48,000,096 samples in all, expected at most 20,000,000 samples$/),
    ]);
    const limited = [
      "design.window_samples=1000000",
      "layers=[0, 1, 2, 3, 4, 5]",
      "design.max_samples=5000000",
    ];
    expect(await problems(SEARCH, ...limited)).toEqual([]);
  });
});

it("a million samples are planned, and greedy ones count once a cell", async () => {
  expect(await problems(EXPERIMENT, "samples={question: 100000, task: 10000}")).toEqual([]);
  const greedy = ["decoding.question.temperature=0", "decoding.task.temperature=0"];
  const huge = ["samples={question: 1000000, task: 1000000}", "methods.1.samples.question=1000000"];
  expect((await problems(EXPERIMENT, ...huge)).length).toBe(1);
  expect(await problems(EXPERIMENT, ...huge, ...greedy)).toEqual([]);
});
