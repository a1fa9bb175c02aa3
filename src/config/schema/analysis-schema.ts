import { z } from "zod";
import { LIMITS } from "../limits.js";
import { nameField, shownDefault } from "./fields.js";

const share = z.number().gt(0).lt(1);
const slope = z.number().positive();

/** What is concluded from the samples, stated before there are any. */
export const analysisSchema = z.strictObject({
  target_threshold: share.default(0.5).describe("onset is where the target rate reaches this"),
  capability_threshold: share
    .default(0.9)
    .describe("collapse is where capability falls to this share of the model's own baseline"),
  frontier_loss: share.default(0.05).describe("loss of capability that the headline frontier allows"),
  smallest_slope: z
    .strictObject({
      width: slope.default(0.1),
      safety: slope.default(0.1),
      frontier: slope.default(0.02),
    })
    .prefault({})
    .describe(
      "smallest slope of interest per doubling of parameters: octaves for width and safety, target rate for the frontier; the trend's verdict depends on it",
    ),
  frontier_losses: z
    .array(share)
    .min(1)
    .max(LIMITS.list)
    .optional()
    .describe("losses at which the frontier is reported; ascending, with `frontier_loss` among them")
    .register(shownDefault, { text: "0.02, 0.05, 0.1 and `frontier_loss`" }),
  primary: z
    .enum(["width", "frontier", "safety"])
    .default("width")
    .describe("the primary estimand: `width`, `frontier` or `safety`. The others are secondary"),
  contrasts: z
    .array(z.strictObject({ method: nameField, against: nameField }))
    .max(LIMITS.list)
    .default([])
    .describe(
      "pairs `{ method, against }` of the experiment's methods that are compared. Any other comparison is exploratory",
    ),
  confidence: share.default(0.95).describe("level of the intervals"),
  bootstrap: z
    .int()
    .min(100)
    .max(100000)
    .default(2000)
    .describe("bootstrap replicates, for numbers that have no posterior"),
});

export type AnalysisInput = z.output<typeof analysisSchema>;

/** The analysis of a resolved experiment: the losses of the frontier are known. */
export const resolvedAnalysisSchema = analysisSchema.extend({ frontier_losses: z.array(share).min(1) });
