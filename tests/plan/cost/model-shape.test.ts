import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { readModelShape } from "../../../src/plan/cost/model-shape.js";
import { shapeOfConfig } from "../../../src/plan/cost/shape-of-config.js";
import { makeProject, type Project } from "../../config/project.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const hub = (ref: string) => ({ name: "m", ref, source: "hub" as const, revision: null, parameters: null });
const folder = (ref: string) => ({
  name: "m",
  ref,
  source: "folder" as const,
  revision: null,
  parameters: null,
});

let project: Project;
beforeAll(async () => {
  project = await makeProject();
});

describe("readModelShape", () => {
  it.each([
    ["google/gemma-3-270m", 18, 640, 268_098_176],
    ["google/gemma-3-270m-it", 18, 640, 268_098_176],
    ["google/gemma-3-1b-it", 26, 1152, 999_885_952],
    ["google/gemma-3-4b-pt", 34, 2560, 3_880_263_168],
    ["google/gemma-3-12b-it", 48, 3840, 11_766_034_176],
    ["google/gemma-3-27b-it", 62, 5376, 27_009_346_304],
  ])("knows %s offline", async (ref, layers, d_model, parameters) => {
    expect(await readModelShape(hub(ref), root)).toMatchObject({ layers, d_model, parameters });
  });

  it("reads a folder's config, text-only or multimodal, with the standard values where it is silent", async () => {
    expect(await readModelShape(folder(`${project.root}/models/tiny`), project.root)).toEqual({
      layers: 8,
      d_model: 16,
      heads: 2,
      kv_heads: 1,
      head_dim: 8,
      d_mlp: 48,
      vocab_size: 100,
      parameters: 1600 + 8 * (2 * 256 + 2 * 128 + 16 + 3 * 768 + 64) + 16,
    });
    const text_config = {
      hidden_size: 2560,
      intermediate_size: 10240,
      model_type: "gemma3_text",
      num_hidden_layers: 34,
    };
    const multimodal = shapeOfConfig(
      { model_type: "gemma3", text_config, vision_config: { hidden_size: 1152 } },
      "x",
    );
    expect(multimodal).toEqual(await readModelShape(hub("google/gemma-3-4b-it"), root));
  });

  it("counts untied embeddings twice", () => {
    const config = { model_type: "gemma3_text", vocab_size: 10, hidden_size: 4 };
    const tied = shapeOfConfig(config, "x").parameters;
    expect(shapeOfConfig({ ...config, tie_word_embeddings: false }, "x").parameters).toBe(tied + 40);
  });

  it.each([
    [{ num_hidden_layers: 1e9 }, /num_hidden_layers: Too big: expected number to be <=1000/],
    [{ vocab_size: 2 ** 40 }, /vocab_size: Too big/],
    [{ hidden_size: 0 }, /hidden_size: Too small/],
    [{ head_dim: 1.5 }, /head_dim: Invalid input: expected int/],
  ])("refuses sizes that no model has: %j", (sizes, words) => {
    const text = { model_type: "gemma3_text", ...sizes };
    expect(() => shapeOfConfig(text, "c.json")).toThrow(words);
    expect(() => shapeOfConfig({ model_type: "gemma3", text_config: sizes }, "c.json")).toThrow(words);
  });

  it("says what to do for an unknown hub id, another architecture and a folder without config", async () => {
    await expect(readModelShape(hub("me/llama"), root)).rejects.toThrow(
      /expected configs\/shapes\/me--llama\.json; put/,
    );
    expect(() => shapeOfConfig({ model_type: "llama" }, "c.json")).toThrow(
      /^c\.json: not the config of a Gemma 3/,
    );
    await expect(readModelShape(folder(project.root), root)).rejects.toThrow(/config\.json cannot be read/);
    await project.write({ "bad/config.json": "{" });
    await expect(readModelShape(folder(`${project.root}/bad`), root)).rejects.toThrow(/not JSON/);
  });
});
