import type { Experiment } from "../../config/experiment.js";
import { extendPlan } from "../../plan/extend-plan.js";
import type { Plan } from "../../plan/plan.js";
import type { Round } from "../../plan/round.js";
import type { ScorerDeclaration } from "../../statistics/tally/outcome.js";
import { readRound, writeRound } from "../../store/round-file.js";
import type { SampleRow, ScoreRow } from "../../store/tables/columns.js";
import type { BlockOptions } from "../blocks/block-options.js";
import { pieceState } from "../blocks/piece-state.js";
import { committedPieces } from "../blocks/pieces.js";
import { runBlocks } from "../blocks/run-blocks.js";
import { sampleWeight } from "../progress/progress.js";
import { Observations } from "./observations.js";

/** Called as soon as all of a model's samples in a round are observed, while other models continue. */
type ModelObserved = (model: string) => Promise<void>;

type RunnerOptions = Omit<BlockOptions, "plan" | "chosenRounds" | "onModelDone"> & {
  readonly experiment: Experiment;
  readonly scorers: readonly ScorerDeclaration[];
  /** The run was finished before: its recorded rounds are replayed, and no more are chosen. */
  readonly closed: boolean;
};

/** The run was asked to stop; work under way was finished and committed. */
export class Drained extends Error {
  override readonly name = "Drained";
}

/**
 * A run that grows round by round. A round is chosen from what was committed before, recorded, and only then carried
 * out. A recorded round is used unchanged, so that a resumed run takes the same path.
 */
export class RoundRunner {
  readonly observations: Observations;
  readonly options: RunnerOptions;
  #plan: Plan;
  #rounds = 0;
  readonly #observed = new Set<string>();

  constructor(options: RunnerOptions, plan: Plan) {
    this.options = options;
    this.observations = new Observations(options.scorers);
    this.#plan = plan;
  }

  get plan(): Plan {
    return this.#plan;
  }

  get rounds(): number {
    return this.#rounds;
  }

  /** Carries out and observes what the plan has and is not committed. Throws `Drained` if the run was asked to stop. */
  runPlanned(): Promise<void> {
    return this.#runRound(new Set(this.#plan.models.map(({ name }) => name)), async () => {});
  }

  /** Carries out one round of a step; false if there is none. */
  async round(...step: Parameters<RoundRunner["begin"]>): Promise<boolean> {
    const work = this.begin(...step);
    await work;
    return work !== null;
  }

  /**
   * Chooses one round of a step, records it and starts it; rounds of other models may still be under way. Null if the
   * step is complete, or `choose` finds nothing left to do in it.
   */
  begin(
    stage: Round["stage"],
    step: number,
    choose: () => Pick<Round, "vectors" | "cells">,
    onModelObserved: ModelObserved = async () => {},
  ): Promise<void> | null {
    const index = this.#rounds;
    const written = readRound(this.options.book, this.options.folder.rounds, index);
    if (written !== null && (written.stage !== stage || written.step !== step)) return null;
    if (written === null && this.options.closed) return null;
    const round = written ?? this.#chosen({ index, stage, step, ...choose() });
    if (round === null) return null;
    this.#rounds += 1;
    const before = this.#plan.samples;
    this.#plan = extendPlan(this.#plan, this.options.experiment, round);
    this.#announce(before);
    return this.#runRound(
      new Set([...round.vectors, ...round.cells].map(({ model }) => model)),
      onModelObserved,
    );
  }

  async #runRound(models: ReadonlySet<string>, onModelObserved: ModelObserved): Promise<void> {
    const onModelDone = async (model: string) => {
      this.#observe(model);
      await onModelObserved(model);
    };
    const plan = {
      ...this.#plan,
      models: this.#plan.models.filter(({ name }) => models.has(name)),
      blocks: this.#plan.blocks.filter(({ model }) => models.has(model)),
    };
    await runBlocks({ ...this.options, plan, chosenRounds: () => this.#rounds, onModelDone });
    if (this.options.draining()) throw new Drained("the run was asked to stop");
    for (const model of models) this.#observe(model);
  }

  #chosen(round: Round): Round | null {
    if (round.vectors.length === 0 && round.cells.length === 0) return null;
    const { book, folder } = this.options;
    writeRound(book, folder.rounds, {
      ...round,
      vectors: [...round.vectors],
      cells: [...round.cells],
    });
    return round;
  }

  #announce(before: number): void {
    let samples = 0;
    let weight = 0;
    for (const block of this.#plan.blocks) {
      if (block.kind !== "generate" || block.first < before || this.options.logs.samples.has(block.id))
        continue;
      const model = this.#plan.models.find(({ name }) => name === block.model);
      samples += block.count;
      weight += block.count * sampleWeight(model?.shape.parameters ?? 0);
    }
    this.options.progress.extend(samples, weight);
  }

  /** A model's blocks in plan order, so that a resumed run has observed the same in the same order. */
  #observe(model: string): void {
    const { logs, book } = this.options;
    const state = pieceState({ logs, book });
    const unseen = new Set(book.current.chosen_without);
    for (const block of this.#plan.blocks) {
      if (block.model !== model || block.kind !== "generate" || this.#observed.has(block.id)) continue;
      this.#observed.add(block.id);
      for (const { id } of committedPieces(block, state)) {
        const samples = (logs.samples.read(id) as SampleRow[]).filter((row) => !unseen.has(row.sample_id));
        this.observations.add(samples, logs.scores.read(id) as ScoreRow[]);
      }
    }
  }
}
