import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { ModelReference } from "../../../src/config/experiment.js";
import { checkModels } from "../../../src/run/identity/check-models.js";
import { filesSha256, weightFiles } from "../../../src/run/identity/model-files.js";
import { WeightHashes } from "../../../src/run/identity/weight-hashes.js";
import { pythonOf } from "../../../src/run/start/worker-launch.js";
import type { LoadedModelRecord } from "../../../src/store/manifest.js";
import { newFolder, root } from "../command.js";

const nano = join(root, "models", "nano", "nano-0.2m");

/** What the worker answers to `load` of the folder, by its own definition. */
function workerHashes(folder: string): LoadedModelRecord["hashes"] {
  const script = `
import json, sys
from pathlib import Path
from steering_worker.models.hashes import checkpoint_hashes
from steering_worker.models.tokenizer import load_tokenizer
from steering_worker.models.weights import check_weights
folder = Path(sys.argv[1])
hashes = checkpoint_hashes(folder, check_weights(folder), load_tokenizer(folder).chat_template, lambda: None)
print(json.dumps(hashes))`;
  const cwd = join(root, "python-worker");
  return JSON.parse(execFileSync(pythonOf(root), ["-c", script, folder], { cwd, encoding: "utf8" }));
}

const hashes = workerHashes(nano);
const record = (revision: string | null = null) => ({ revision, hashes }) as unknown as LoadedModelRecord;

let folder: string;
let model: string;
let cache: string;

beforeEach(() => {
  folder = newFolder();
  model = join(folder, "hf");
  cache = join(folder, "model-hashes.json");
  cpSync(nano, model, { recursive: true });
});

const folderModel = (): ModelReference =>
  ({ name: "m", ref: model, source: "folder", revision: null }) as ModelReference;

function check(
  reference: ModelReference,
  revision: string | null = null,
  env: NodeJS.ProcessEnv = {},
): string[] {
  const said: string[] = [];
  checkModels(
    [reference],
    { m: record(revision) },
    {
      ...{ shown: "the run", env, hashes: new WeightHashes(cache), say: (text) => said.push(text) },
    },
  );
  return said;
}

describe("a model in a folder", () => {
  test("is identified by its content, wherever the template is", () => {
    expect(check(folderModel())).toEqual([]);
    const template = readFileSync(join(model, "chat_template.jinja"), "utf8");
    const config = JSON.parse(readFileSync(join(model, "tokenizer_config.json"), "utf8"));
    writeFileSync(
      join(model, "tokenizer_config.json"),
      JSON.stringify({ ...config, chat_template: template }),
    );
    rmSync(join(model, "chat_template.jinja"));
    expect(workerHashes(model)).toEqual(hashes);
    expect(check(folderModel())).toEqual([]);
  });

  test.each(["model.safetensors", "config.json", "tokenizer.json", "chat_template.jinja"])(
    "is another one where %s differs",
    (file) => {
      const bytes = readFileSync(join(model, file));
      bytes[bytes.length - 2] = (bytes[bytes.length - 2] ?? 0) ^ 1;
      writeFileSync(join(model, file), bytes);
      expect(() => check(folderModel())).toThrow(
        /^the run was made with model m of other content \((weights|config|tokenizer|chat template)\) than .*hf has now; .*--fresh/,
      );
    },
  );

  test("that is partly gone is reported as unchecked, and the rest is compared", () => {
    rmSync(join(model, "model.safetensors"));
    expect(check(folderModel())).toEqual([expect.stringMatching(/hf no longer has its weights, so whether/)]);
    writeFileSync(join(model, "config.json"), "{}");
    expect(() => check(folderModel())).toThrow("(config)");
  });
});

test("shards are hashed in the order of their names, and a missing one is no weights", () => {
  for (const name of ["b", "a"]) writeFileSync(join(folder, `${name}.safetensors`), name);
  const index = { weight_map: { x: "b.safetensors", y: "a.safetensors", z: "b.safetensors" } };
  writeFileSync(join(folder, "model.safetensors.index.json"), JSON.stringify(index));
  const files = weightFiles(folder);
  expect(files).toEqual(["a", "b"].map((name) => join(folder, `${name}.safetensors`)));
  writeFileSync(join(folder, "ab"), "ab");
  expect(filesSha256(files)).toBe(filesSha256([join(folder, "ab")]));
  rmSync(join(folder, "a.safetensors"));
  expect(weightFiles(folder)).toEqual([]);
});

test("weights are read again only where a file's size, inode or times changed, or the cache was damaged", () => {
  const weights = [join(model, "model.safetensors")];
  const reads = () => {
    let read = 0;
    const sha256 = new WeightHashes(cache).sha256("m", weights, (bytes) => {
      read += bytes;
    });
    expect(sha256).toBe(filesSha256(weights));
    return read;
  };
  const { size, atime, mtime } = statSync(weights[0] ?? "");
  expect([reads(), reads()]).toEqual([size, 0]);
  // As large and as old as before, with other content.
  const bytes = readFileSync(weights[0] ?? "");
  bytes[size - 1] = (bytes[size - 1] ?? 0) ^ 1;
  writeFileSync(weights[0] ?? "", bytes);
  utimesSync(weights[0] ?? "", atime, mtime);
  expect([reads(), reads()]).toEqual([size, 0]);
  writeFileSync(cache, readFileSync(cache, "utf8").replace(/"sha256": "./, '"sha256": "x'));
  expect([reads(), reads()]).toEqual([size, 0]);
});

describe("a model of the hub", () => {
  const hub = { name: "m", ref: "google/gemma", source: "hub", revision: null } as unknown as ModelReference;
  let env: NodeJS.ProcessEnv;

  beforeEach(() => {
    env = { HF_HUB_CACHE: join(folder, "hub") };
    const place = join(folder, "hub", "models--google--gemma");
    mkdirSync(join(place, "refs"), { recursive: true });
    mkdirSync(join(place, "snapshots"));
    writeFileSync(join(place, "refs", "main"), "c0ffee");
    renameSync(model, join(place, "snapshots", "c0ffee"));
    model = join(place, "snapshots", "c0ffee");
  });

  test("is the same where its branch means the same commit, or another one of the same content", () => {
    expect(check(hub, "c0ffee", env)).toEqual([]);
    expect(check(hub, "before", env)).toEqual([]);
  });

  test("is another one where its branch has come to mean other content", () => {
    writeFileSync(join(model, "config.json"), "{}");
    expect(() => check(hub, "before", env)).toThrow("(config)");
  });

  test("that is not in the cache is reported as unchecked", () => {
    rmSync(join(folder, "hub"), { recursive: true });
    expect(check(hub, "c0ffee", env)).toEqual([expect.stringContaining("google/gemma in the hub cache")]);
  });
});
