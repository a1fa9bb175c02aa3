import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openRun } from "../../src/store/folder/read-run.js";
import { readSamples } from "../../src/store/tables/read-table.js";
import { newFolder, root, run } from "./command.js";

const LONG = 240_000;
const folder = newFolder();
const experiments = join(root, "tests", "fixtures", "experiments");
const smallest = join(experiments, "smallest.yaml");
const checkpoint = join(folder, "tiny-multimodal");

beforeAll(() => {
  const python = join(root, ".venv", "bin", "python");
  const script = `
from pathlib import Path
from tests.checkpoints import make_multimodal_checkpoint
make_multimodal_checkpoint(Path(${JSON.stringify(checkpoint)}), sharded=True)`;
  execFileSync(python, ["-c", script], { cwd: join(root, "python-worker"), stdio: "pipe" });
}, LONG);

describe("a model of one's own", () => {
  test(
    "a sharded multimodal Gemma 3 in a local folder runs the same config",
    async () => {
      const out = join(folder, "multimodal");
      const { code, stderr } = await run([
        "experiment",
        smallest,
        "--out",
        out,
        "--set",
        `models=[${checkpoint}]`,
      ]);
      expect(code, stderr).toBe(0);
      const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
      expect(manifest.models["tiny-multimodal"].model_class).toBe("Gemma3ForConditionalGeneration");
    },
    LONG,
  );

  test(
    "a missing shard is said before any work, with exit code 2",
    async () => {
      const broken = join(mkdtempSync(join(tmpdir(), "shard-")), "broken");
      cpSync(checkpoint, broken, { recursive: true });
      const index = JSON.parse(readFileSync(join(broken, "model.safetensors.index.json"), "utf8"));
      const shard = String(Object.values(index.weight_map)[0]);
      rmSync(join(broken, shard));
      const { code, stderr } = await run([
        "experiment",
        smallest,
        "--out",
        join(folder, "b"),
        "--set",
        `models=[${broken}]`,
      ]);
      expect(code, stderr).toBe(2);
      expect(stderr).toContain(shard);
    },
    LONG,
  );
});

describe("a method of one's own, in a file outside the repository", () => {
  test(
    "runs by naming it in a config",
    async () => {
      const elsewhere = mkdtempSync(join(tmpdir(), "method-"));
      cpSync(join(root, "docs", "examples", "my_method.py"), join(elsewhere, "my_method.py"));
      const config = join(elsewhere, "mine.yaml");
      const methods = "methods:\n  - { name: mine, direction: ./my_method.py, edit: add }\n";
      const text = readFileSync(smallest, "utf8")
        .replace(/methods: .*\n/, methods)
        .replace("../../../models", join(root, "models"))
        .replace("./two-tasks.yaml", join(experiments, "two-tasks.yaml"))
        .replace("name: smallest", "name: mine");
      writeFileSync(config, text);
      const out = join(elsewhere, "run");
      const { code, stderr } = await run(["experiment", config, "--out", out]);
      expect(code, stderr).toBe(0);
      const samples = [...readSamples(openRun(out).files, join(out, "samples.arrow"))];
      expect(new Set(samples.map((sample) => sample.method))).toEqual(new Set([null, "mine"]));
    },
    LONG,
  );

  test(
    "with a fault in it is refused in one sentence",
    async () => {
      const elsewhere = mkdtempSync(join(tmpdir(), "method-"));
      writeFileSync(join(elsewhere, "broken.py"), "def direction(:\n");
      const { code, stderr } = await run(["methods", join(elsewhere, "broken.py")]);
      expect(code, stderr).toBe(2);
      expect(stderr).toContain("broken.py");
      expect(stderr).not.toContain("Traceback");
    },
    LONG,
  );
});

describe("a wrong config", () => {
  test(
    "has all its problems said at once, each with its place, before a folder is made",
    async () => {
      const config = join(newFolder(), "wrong.yaml");
      const out = join(newFolder(), "run");
      writeFileSync(
        config,
        "name: wrong\nmodels: [./nowhere]\nquestions: [caracar]\ncapabilities: [python-five]\nmethods: [caa-last-token]\nsampels: { question: 8 }\n",
      );
      const { code, stderr } = await run(["experiment", config, "--out", out]);
      expect(code).toBe(2);
      expect(existsSync(out)).toBe(false);
      for (const place of ["wrong.yaml:2:", "wrong.yaml:3:", "wrong.yaml:6:"])
        expect(stderr).toContain(place);
      expect(stderr).toContain("samples");
      expect(stderr).toContain("caracara");
    },
    LONG,
  );

  test("an unknown verb names the known ones' help", async () => {
    const { code, stderr } = await run(["expriment"]);
    expect(code).toBe(2);
    expect(stderr).toContain("experiment");
  });
});
