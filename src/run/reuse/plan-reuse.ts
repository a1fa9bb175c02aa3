import type { Plan } from "../../plan/plan.js";
import { hostFacts } from "../start/host-facts.js";
import { defaultRunFolder, type PlannedExperiment } from "../start/plan-experiment.js";
import { type ExpectedSource, expectedText, expectReuse } from "./expected-reuse.js";
import { neighbourHint } from "./neighbour-runs.js";
import { openSources } from "./reuse-source.js";

export interface PlannedReuse {
  readonly sources: readonly ExpectedSource[];
  readonly left: Plan;
  /** For people; without sources a hint, where a neighbour of the run could be one. */
  readonly lines: readonly string[];
}

/** What of a plan other runs have, by their folders. */
export async function planReuse(
  planned: PlannedExperiment,
  named: readonly string[],
  { root, cwd }: { readonly root: string; readonly cwd: string },
): Promise<PlannedReuse> {
  const { plan, shapes } = planned;
  const { experiment } = planned.loaded;
  const now = hostFacts(root, null);
  if (named.length === 0) {
    const folder = defaultRunFolder(root, planned);
    const hint = await neighbourHint({ experiment, plan, shapes, folder, cwd, now });
    return { sources: [], left: plan, lines: hint === null ? [] : [hint] };
  }
  const sources = await openSources({ named, into: null, recorded: [], cwd, say: () => {} });
  const expected = expectReuse(experiment, plan, sources, now);
  return { ...expected, lines: expectedText(expected, plan) };
}
