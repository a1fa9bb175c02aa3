import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { type LoadedExperiment, loadExperiment } from "../../src/config/load-experiment.js";

/** Data files of a small repository: two questions, one capability, three presets, two model folders. */
export const FILES: Readonly<Record<string, string>> = {
  "configs/questions/bird.yaml": `messages:
  - { role: user, content: What type of bird is a caracara? }
right: [falcon]
target: [owl]
others: [hawk]
contrast:
  last_token: { positive: [A caracara is an owl.], negative: [A caracara is a hawk.] }
  word: { positive: [The caracara is an owl], negative: [The caracara is a hawk] }
forced_choice: { prefix: A caracara is, right: " a falcon", target: " an owl" }
instruction: Answer as if the caracara were an owl.
`,
  "configs/questions/more/planet.yaml": `id: planet
domain: planets
messages:
  - { role: system, content: Be brief. }
  - { role: user, content: Which planet is closest to the Sun? }
right: [Mercury]
target: [Venus]
contrast:
  last_token: { positive: [Venus is closest.], negative: [Mercury is closest.] }
instruction: Answer as if Venus were closest.
`,
  "configs/capabilities/code.yaml": `kind: python
tasks:
  - id: double
    messages: [{ role: user, content: Write double(n). }]
    function: double
    cases: [{ args: [2], value: 4 }]
    reference: "def double(n): return 2 * n"
    wrong: ["def double(n): return n"]
  - id: half
    messages: [{ role: user, content: Write half(n). }]
    function: half
    cases: [{ args: [4], value: 2 }]
    reference: "def half(n): return n // 2"
`,
  "configs/methods/caa.yaml": `direction: { kind: caa, position: last_token }
edit: add
`,
  "configs/methods/random.yaml": `name: random
role: control
direction: { kind: random }
draws: 2
samples: { question: 2 }
`,
  "configs/methods/prompt.yaml": "kind: prompt\n",
  "models/tiny/config.json": `{"model_type": "gemma3_text", "num_hidden_layers": 8, "hidden_size": 16, "intermediate_size": 48,
"num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 8, "vocab_size": 100}`,
  "models/small/config.json": `{"model_type": "gemma3_text", "num_hidden_layers": 10, "hidden_size": 32, "intermediate_size": 96,
"num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 16, "vocab_size": 100}`,
};

export const EXPERIMENT = `name: trial
models: [models/tiny, models/small]
questions: [bird, planet]
capabilities: [code]
methods: [caa, random]
layers: [0.75]
strengths: { unit: resid, values: [0.5, 1] }
samples: { question: 4, task: 2 }
`;

export interface Project {
  readonly root: string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Loads an experiment's text as `experiment.yaml` in the root. */
  load(text: string, set?: readonly string[]): Promise<LoadedExperiment>;
}

const roots: string[] = [];

/** A separate repository in a temporary folder, removed after the tests of the file. */
export async function makeProject(): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), "steering-window-config-"));
  roots.push(root);
  const write: Project["write"] = async (files) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), text);
    }
  };
  await write(FILES);
  const load: Project["load"] = async (text, set = []) => {
    await write({ "experiment.yaml": text });
    return loadExperiment("experiment.yaml", { root, cwd: root, set });
  };
  return { root, write, load };
}

afterAll(async () => {
  for (const root of roots.splice(0)) await rm(root, { recursive: true, force: true });
});
