import type { Analysis, Decoding, Design, Execution, SampleCounts, StrengthSearch } from "./experiment.js";
import type { Sections } from "./sections.js";

/** Defaults of the keys that a config leaves out. */
export const DEFAULT_SAMPLES: SampleCounts = Object.freeze({ question: 16, task: 4 });

/** Ten octaves around the norm of the residual itself: below, nothing happens; above, nothing is left. */
export const DEFAULT_SEARCH: StrengthSearch = Object.freeze({
  kind: "search",
  unit: "resid",
  from: 0.03125,
  to: 32,
});

/** Every unsteered cell is shared by all methods, so it gets four times the samples of a steered one. */
export function baselineOf({ baseline, samples }: Sections): SampleCounts {
  return {
    question: baseline?.question ?? 4 * (samples?.question ?? DEFAULT_SAMPLES.question),
    task: baseline?.task ?? 4 * (samples?.task ?? DEFAULT_SAMPLES.task),
  };
}

export function decodingOf(input: NonNullable<Sections["decoding"]>["question"]): Decoding {
  return {
    temperature: input?.temperature ?? 1,
    top_k: input?.top_k ?? 0,
    top_p: input?.top_p ?? 1,
    max_tokens: input?.max_tokens ?? 256,
    stop: input?.stop ?? [],
  };
}

export function executionOf(input: Sections["execution"]): Execution {
  return {
    device: input?.device ?? "auto",
    dtype: input?.dtype ?? "auto",
    engine: input?.engine ?? "auto",
    rows: input?.rows ?? "auto",
    threads: input?.threads ?? "auto",
    workers: input?.workers ?? "auto",
    block: input?.block ?? 512,
  };
}

export function designOf(input: Sections["design"]): Design {
  return {
    precision: input?.precision ?? 0.4,
    window_samples: input?.window_samples ?? 1600,
    max_samples: input?.max_samples ?? null,
    max_minutes: input?.max_minutes ?? null,
  };
}

const FRONTIER_LOSSES: readonly number[] = [0.02, 0.05, 0.1];

export function analysisOf(input: Sections["analysis"]): Analysis {
  const frontierLoss = input?.frontier_loss ?? 0.05;
  const losses = new Set([...FRONTIER_LOSSES, frontierLoss]);
  return {
    target_threshold: input?.target_threshold ?? 0.5,
    capability_threshold: input?.capability_threshold ?? 0.9,
    frontier_loss: frontierLoss,
    frontier_losses: input?.frontier_losses ?? [...losses].sort((a, b) => a - b),
    primary: input?.primary ?? "width",
    smallest_slope: {
      width: input?.smallest_slope?.width ?? 0.1,
      safety: input?.smallest_slope?.safety ?? 0.1,
      frontier: input?.smallest_slope?.frontier ?? 0.02,
    },
    contrasts: input?.contrasts ?? [],
    confidence: input?.confidence ?? 0.95,
    bootstrap: input?.bootstrap ?? 2000,
  };
}
