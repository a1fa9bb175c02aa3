import { z } from "zod";
import { LIMITS } from "../limits.js";
import { textField } from "./fields.js";

/** How responses are sampled, how a run is carried out, and how it spends samples. */

export const decodingSchema = z.strictObject({
  temperature: z
    .number()
    .min(0)
    .max(100)
    .default(1)
    .describe("0 is greedy: every sample of a cell would be the same, so a cell has one"),
  top_k: z.int().min(0).max(LIMITS.tokens).default(0).describe("0 is off"),
  top_p: z.number().gt(0).max(1).default(1).describe("1 is off"),
  max_tokens: z.int().min(1).max(LIMITS.tokens).default(256).describe("longest response"),
  stop: z.array(textField).max(LIMITS.list).default([]).describe("strings that end a response"),
});

const autoOr = <Schema extends z.ZodType>(schema: Schema) => z.union([z.enum(["auto"]), schema]);
const processes = z.int().min(1).max(LIMITS.processes);

export const executionSchema = z.strictObject({
  device: z
    .string()
    .regex(/^(auto|cpu|mps|cuda(:\d+)?)$/, "auto, cpu, mps, cuda or cuda:N")
    .default("auto")
    .describe("`cpu`, `mps`, `cuda` or `cuda:N`"),
  dtype: z.enum(["auto", "float32", "bfloat16"]).default("auto").describe("`float32` or `bfloat16`"),
  engine: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/, "the name of an engine, such as auto, batched or transformer_lens")
    .default("auto")
    .describe(
      "`batched`: this project's own forward pass; `transformer_lens`: the reference. `auto` takes `batched` where it [agrees with the reference](engines.md#which-engine-a-run-takes), and says so. Any other engine of the worker goes by its name",
    ),
  rows: autoOr(z.int().min(1).max(LIMITS.rows))
    .default("auto")
    .describe(
      "rows decoded at a time: 256, or fewer where the block is smaller or memory does not allow them",
    ),
  threads: autoOr(processes)
    .default("auto")
    .describe(
      "CPU threads of a worker. `auto`: one for models below 20 million parameters, else the free cores. A run keeps the number of its first start (`execution` in the manifest), since it changes the last bits, and says so where it would differ now. A stated number is part of the run: another number makes another run",
    ),
  workers: autoOr(processes)
    .default("auto")
    .describe(
      "worker processes; their number changes no sample. `auto`: one for each GPU, or one for each free core as far as memory allows. Free cores are those of the process's affinity; where the load average shows a busy machine, those that are idle while the experiment is planned, over a quarter of a second or more",
    ),
  block: z
    .int()
    .min(1)
    .max(LIMITS.block)
    .default(512)
    .describe("samples in a block, the unit of work; also the number that a round requests of each model"),
});

export const designSchema = z.strictObject({
  precision: z
    .number()
    .min(LIMITS.octaves.least)
    .max(LIMITS.octaves.most)
    .default(0.4)
    .describe(
      "octaves: a window is precise enough when the interval of its width, for these items, is at most this long",
    ),
  window_samples: z
    .int()
    .min(1)
    .max(LIMITS.windowSamples)
    .default(1600)
    .describe(
      "samples that one window (model, question, method, layer) may take before it is given up as not reached",
    ),
  max_samples: z
    .int()
    .min(1)
    .max(LIMITS.planSamples)
    .nullable()
    .default(null)
    .describe("samples of the whole run; `null` is no limit"),
  max_minutes: z
    .number()
    .positive()
    .max(LIMITS.minutes)
    .nullable()
    .default(null)
    .describe(
      "time limit of the whole run, converted to samples once, at its first start, by the expected rate. With both, the smaller limit holds",
    ),
});
