import { isAbsolute } from "node:path";
import type { Cell, SampleSpec } from "../../plan/plan.js";
import type { LoadedModelRecord, Manifest } from "../../store/manifest.js";
import type { SampleRow } from "../../store/tables/columns.js";
import type { MadeSample } from "../blocks/result-rows.js";
import { modelDifference } from "./model-difference.js";
import type { ReuseSource } from "./reuse-source.js";
import { type SamplerFacts, samplerDifference } from "./sampler.js";

/** What a run knows of itself once a model is loaded and its vectors are fitted. */
export type RunRecords = Pick<Manifest, "models" | "vectors">;

/** Finds samples of this run in others, where everything that they depend on is the same, and says why where not. */
export class TakenOver {
  readonly #sources: readonly ReuseSource[];
  readonly #say: (text: string) => void;
  readonly #said = new Set<string>();
  readonly #models = new Map<string, string | null>();

  /** @param now of this start. */
  constructor(
    sources: readonly ReuseSource[],
    now: {
      readonly sampler: SamplerFacts;
      readonly execution: Pick<Manifest["execution"], "rows" | "threads">;
    },
    say: (text: string) => void,
  ) {
    this.#say = say;
    this.#sources = sources.filter((source) => {
      const why =
        samplerDifference(source.manifest, now.sampler) ??
        executionDifference(source.manifest.execution, now.execution);
      if (why !== null) this.#refuse(`No samples are taken over from ${source.shown}`, why);
      return why === null;
    });
  }

  /**
   * The sample as another run made it; `worker` names that run.
   *
   * @param raw the edit's own strength in this run; null without one.
   */
  find({ id, cell }: SampleSpec, raw: number | null, own: RunRecords): MadeSample | null {
    for (const source of this.#sources) {
      const row = source.samples.get(id);
      if (row === null || !this.#isSame(source, cell, row, raw, own)) continue;
      const { text, token_ids, prompt_tokens, stop, error, applied_norm } = row;
      const { attempt, lease, realised_rows, block_seconds } = row;
      return {
        ...{ text, token_ids, prompt_tokens, stop, error, applied_norm },
        ...{ attempt, lease, realised_rows, block_seconds },
        worker: takenBy(row.worker, source.manifest.run),
      };
    }
    return null;
  }

  #isSame(source: ReuseSource, cell: Cell, row: SampleRow, raw: number | null, own: RunRecords): boolean {
    const { models, vectors } = source.manifest;
    const here = own.models[cell.model];
    if (here === undefined) throw new Error(`model ${cell.model} is not loaded yet`);
    const anew = (of: string) => `Samples of ${of} are made anew, not taken over from ${source.shown}`;
    const model = this.#modelDifference(source, cell.model, here);
    if (model !== null) return this.#refuse(anew(cell.model), model);
    if (cell.vector === null) return true;
    const what = anew(`${cell.method} on ${cell.model}`);
    const path = Object.entries(cell.edit?.params ?? {}).find(([, value]) => isPath(value));
    if (path !== undefined) return this.#refuse(what, `what the edit read at its ${path[0]} is not recorded`);
    const normIn = (record: LoadedModelRecord | undefined) => record?.resid_norms[cell.layer ?? -1];
    const isMoved = normIn(here) !== normIn(models[cell.model]);
    if (vectors[cell.vector]?.sha256 !== own.vectors[cell.vector]?.sha256)
      return this.#refuse(
        what,
        isMoved ? `its vectors changed, and ${MOVED}` : "its vectors came out otherwise here",
      );
    if (row.strength_raw !== raw)
      return this.#refuse(what, isMoved ? MOVED : "its strengths came out otherwise here");
    return true;
  }

  #modelDifference({ root, manifest }: ReuseSource, name: string, here: LoadedModelRecord): string | null {
    const key = `${root} ${name}`;
    const known = this.#models.get(key);
    if (known !== undefined) return known;
    const difference = modelDifference(manifest.models[name], here);
    this.#models.set(key, difference);
    return difference;
  }

  #refuse(what: string, why: string): false {
    const sentence = `${what}: ${why}.`;
    if (!this.#said.has(sentence)) this.#say(sentence);
    this.#said.add(sentence);
    return false;
  }
}

const MOVED = "the median residual norm was measured on other prompts there";

function executionDifference(
  there: Pick<Manifest["execution"], "rows" | "threads">,
  here: Pick<Manifest["execution"], "rows" | "threads">,
): string | null {
  const name = (["rows", "threads"] as const).find((key) => there[key] !== here[key]);
  return name === undefined ? null : `execution.${name} was ${there[name]} there and is ${here[name]} here`;
}

const isPath = (value: unknown): boolean => typeof value === "string" && isAbsolute(value);

/** What the column `worker` says of a sample that another run made. */
const takenBy = (worker: string, run: string): string => `${worker}${FROM}${run}`;

/** The run that a row was taken over from, by its `worker`; null where this run made it. */
export function takenFrom(worker: string): string | null {
  const at = worker.lastIndexOf(FROM);
  return at < 0 ? null : worker.slice(at + FROM.length);
}

const FROM = " of ";
