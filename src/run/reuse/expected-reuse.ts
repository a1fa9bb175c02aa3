import type { Experiment } from "../../config/experiment.js";
import { normPrompts } from "../../plan/norm-prompts.js";
import type { Cell, Plan } from "../../plan/plan.js";
import { planPrompts } from "../../plan/prompts.js";
import { sampleId } from "../../plan/sample-id.js";
import { canonicalJson } from "../../util/canonical-json.js";
import { configDifferences } from "./config-differences.js";
import type { ReuseSource } from "./reuse-source.js";
import { type SamplerFacts, samplerDifference } from "./sampler.js";

/** What a run may have of one source, as far as that can be known without a model. */
export interface ExpectedSource {
  readonly shown: string;
  readonly samples: number;
  /** Others that it has, whose strength in `resid` is another one here. */
  readonly moved: number;
  /** Why nothing can be taken over; null where that is not known. */
  readonly refused: string | null;
  readonly differences: readonly string[];
}

export interface ExpectedReuse {
  readonly sources: readonly ExpectedSource[];
  /** The plan without the samples that are expected to be taken over. */
  readonly left: Plan;
}

/** Looks the samples of a plan up in other runs. The strengths and vectors of steered ones are compared by the run alone. */
export function expectReuse(
  experiment: Experiment,
  plan: Plan,
  sources: readonly ReuseSource[],
  now: SamplerFacts,
): ExpectedReuse {
  const looked = sources.map((source) => ({
    ...{ source, samples: 0, moved: 0 },
    refused: samplerDifference(source.manifest, now),
    isMoved: source.experiment !== null && normsDiffer(source.experiment, experiment),
  }));
  const cells = plan.cells.map((cell) => {
    let n = 0;
    for (let index = cell.first; index < cell.first + cell.n; index++) {
      const id = sampleId(cell.specification, plan.seed, index);
      const holder = looked.find(({ source, refused }) => refused === null && source.samples.has(id));
      if (holder === undefined) n++;
      else if (holder.isMoved && isScaled(cell)) {
        holder.moved++;
        n++;
      } else holder.samples++;
    }
    return { ...cell, n };
  });
  return {
    sources: looked.map(({ source, samples, moved, refused }) => ({
      ...{ shown: source.shown, samples, moved, refused },
      differences: source.experiment === null ? [] : configDifferences(source.experiment, experiment),
    })),
    left: { ...plan, cells, samples: cells.reduce((sum, { n }) => sum + n, 0) },
  };
}

/** True where the median residual norm is measured on other prompts. */
export function normsDiffer(there: Experiment, here: Experiment): boolean {
  const text = (experiment: Experiment) => canonicalJson(normPrompts(planPrompts(experiment).all));
  return text(there) !== text(here);
}

/** Strengths in `resid` are shares of the median residual norm. */
export const isScaled = ({ unit }: Pick<Cell, "unit">): boolean => unit === "resid";

/** Differences that are named. */
const NAMED = 4;

/** A sentence for each source. */
export function expectedText(
  { sources }: ExpectedReuse,
  { samples }: Pick<Plan, "samples">,
): readonly string[] {
  return sources.map(({ shown, samples: found, moved, refused, differences }) => {
    if (refused !== null) return `No samples are taken over from ${shown}: ${refused}.`;
    const count = (value: number) => value.toLocaleString("en");
    const scale =
      moved === 0
        ? ""
        : ` ${count(moved)} more are at strengths in resid, which are others here: the median residual norm is measured on other prompts.`;
    const named = differences.slice(0, NAMED).join("; ");
    const rest = differences.length > NAMED ? ` and ${differences.length - NAMED} more` : "";
    const why = found === samples || named === "" ? "" : ` Its config differs: ${named}${rest}.`;
    return `${shown} has ${count(found)} of these ${count(samples)} samples.${scale}${why}`;
  });
}
