import type { Experiment, ScorerReference } from "../../config/experiment.js";
import { type ScorerSet, scorerSet } from "../../scoring/scorer-set.js";
import { openUserScorer, type UserScorer } from "../../scoring/user/open-user-scorer.js";
import type { AskedResponse } from "../../scoring/user/user-scorer.js";
import { fileSha256 } from "../../util/file-sha256.js";
import { UserError } from "../../util/user-error.js";
import { pythonOf } from "../start/worker-launch.js";

/** The scorers of an experiment, those of the user's own in processes that end with `close`. */
export interface OpenScorers extends ScorerSet {
  close(): Promise<void>;
}

/** A scorer of the user's own that cannot be used. */
export class UnusableScorer extends UserError {
  constructor(
    readonly reference: ScorerReference,
    /** A clause about it. */
    readonly what: string,
  ) {
    super(
      `the scorer ${reference.file?.path ?? reference.name} cannot be used: ${what}; docs/scorers.md says what it has to answer`,
    );
  }
}

/**
 * Starts the user's scorers and tries each on one made-up response.
 *
 * @param root of the checkout, in whose Python environment they run.
 * @throws UnusableScorer
 */
export async function openScorers(experiment: Experiment, root: string): Promise<OpenScorers> {
  const user: UserScorer[] = [];
  const close = async () => {
    await Promise.all(user.map((scorer) => scorer.close()));
  };
  try {
    for (const reference of experiment.scorers) {
      if (reference.file !== null) user.push(await opened(reference, reference.file, experiment, root));
    }
    return { ...scorerSet(experiment.scorers, user), close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function opened(
  reference: ScorerReference,
  file: NonNullable<ScorerReference["file"]>,
  experiment: Experiment,
  root: string,
): Promise<UserScorer> {
  const now = await fileSha256(file.path);
  if (now !== file.sha256) {
    const what =
      now === null
        ? "there is no such file any more"
        : "the file was changed since the run was made, whose scores would be of two scorers";
    throw new UnusableScorer(reference, what);
  }
  try {
    return await openUserScorer(reference, { python: pythonOf(root), ...file }, (asks) =>
      trialOf(asks, experiment),
    );
  } catch (cause) {
    throw new UnusableScorer(reference, cause instanceof Error ? cause.message : String(cause));
  }
}

/** A response to the first question or task, as the unsteered model could give it. */
function trialOf(
  asks: AskedResponse["asks"],
  { questions, capabilities, models }: Experiment,
): AskedResponse | null {
  const common = {
    ...{ sample_id: "trial", stop: "end" as const, model: models[0]?.name ?? "" },
    ...{ method: null, layer: null, strength: null, unit: null },
  } as const;
  const [question] = questions;
  if (asks === "question") {
    if (question === undefined) return null;
    const text = `<answer>${question.right[0] ?? ""}</answer>`;
    return { ...common, asks, text, prompt: question.messages, question, task: null, capability: null };
  }
  const [capability] = capabilities;
  const task = capability?.tasks[0];
  if (capability === undefined || task === undefined) return null;
  const asked = { prompt: task.messages, task: task.id, capability: capability.id, question: null };
  return { ...common, asks, text: task.reference, ...asked };
}
