import { contentHash } from "../util/canonical-json.js";
import type { Experiment } from "./experiment.js";
import { componentIdentity, modelIdentity, SCHEMA_VERSION, scorerIdentity } from "./identity.js";

/**
 * Hash of everything that determines what is generated and how it is stored: all except name, description, the number of
 * workers and the analysis. Questions and capabilities count with their whole content, users' files by their sha256,
 * folders by their last part.
 */
export function generationHash(experiment: Experiment): string {
  const { models, methods, questions, development, capabilities, scorers } = experiment;
  const { baseline, decoding, measurements, seed, execution, design } = experiment;
  const { workers: _, ...repeatable } = execution;
  return contentHash(
    {
      schema_version: SCHEMA_VERSION,
      models: models.map((model) => ({ identity: modelIdentity(model), parameters: model.parameters })),
      questions,
      development,
      capabilities,
      // Scores guide a search. Absent without optional scorers, so that the hashes of configs without them stay unchanged.
      ...(scorers.length === 0 ? {} : { scorers: scorers.map(scorerIdentity) }),
      methods: methods.map((method) =>
        method.kind === "prompt"
          ? method
          : {
              ...method,
              direction: componentIdentity(method.direction),
              edit: componentIdentity(method.edit),
            },
      ),
      baseline,
      decoding,
      measurements,
      seed,
      execution: repeatable,
      design,
    },
    12,
  );
}

/** Hash of the thresholds, estimands and contrasts, which must be fixed before data. The name is not part of it. */
export function analysisHash({ analysis }: Experiment): string {
  return contentHash({ schema_version: SCHEMA_VERSION, analysis }, 12);
}
