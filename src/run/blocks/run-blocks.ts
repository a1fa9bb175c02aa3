import type { PlannedModel } from "../../plan/plan.js";
import { samplesOf } from "../../plan/samples.js";
import type { SampleRow } from "../../store/tables/columns.js";
import { sampleWeight } from "../progress/progress.js";
import type { BlockOptions } from "./block-options.js";
import { type ModelContext, modelContext } from "./model-context.js";
import { pieceState } from "./piece-state.js";
import { committedPieces, type Piece, pendingPieces } from "./pieces.js";
import { modelLoad, prepareModel } from "./prepare-model.js";
import { runPiece } from "./run-piece.js";

/** Blocks under way for each worker: one in progress, one waiting in the worker, one waiting here. */
const BLOCKS_PER_WORKER = 3;

/**
 * Does everything of the plan that is not committed yet: prepares each model, sends its blocks, commits and scores what
 * comes back. Returns when all is done, or drained.
 */
export async function runBlocks(options: BlockOptions): Promise<void> {
  const { plan, logs, pool, draining, score } = options;
  const state = pieceState(options);
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  // The run ends with the first failure, without waiting for answers that would not be committed.
  const fail = (cause: unknown) => {
    failures.push(cause);
    pool.kill(cause instanceof Error ? cause : new Error(String(cause)));
  };
  const track = (work: Promise<void>): Promise<void> => {
    const tracked = work.catch(fail).finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    return tracked;
  };
  const finishing: Promise<void>[] = [];
  const ofModel = new Map<string, Promise<void>[]>(plan.models.map(({ name }) => [name, []]));
  const scorePiece = async (id: string) => {
    if (logs.scores.has(id)) return;
    const rows = await score(logs.samples.read(id) as SampleRow[]);
    logs.scores.append(id, rows);
  };
  const stopped = () => failures.length > 0 || draining();
  const spare = async (limit: number) => {
    while (underWay.size >= limit && failures.length === 0) await Promise.race(underWay);
  };

  const finish = (model: string) => {
    const done = Promise.all(ofModel.get(model) ?? []).then(async () => {
      if (failures.length === 0) await options.onModelDone(model);
    });
    finishing.push(done.catch(fail));
  };

  const scoreCommitted = async () => {
    for (const block of plan.blocks) {
      if (block.kind !== "generate") continue;
      for (const piece of committedPieces(block, state)) {
        if (logs.scores.has(piece.id)) continue;
        await spare(BLOCKS_PER_WORKER * pool.size);
        ofModel.get(block.model)?.push(track(scorePiece(piece.id)));
      }
    }
  };
  const runModel = async (model: PlannedModel) => {
    const pending = plan.blocks
      .filter((block) => block.model === model.name)
      .flatMap((block) => pendingPieces(block, state));
    if (pending.length === 0) return finish(model.name);
    const load = modelLoad(plan, model, options.execution, options.threads);
    if (!isPrepared(options, model)) {
      await prepareModel(options, model, load);
      options.prepared.add(model.name);
    }
    const context = modelContext(options, model, load);
    countTaken(pending, context);
    for (const piece of pending) {
      await spare(BLOCKS_PER_WORKER * pool.size);
      if (stopped()) return;
      ofModel.get(model.name)?.push(track(runPiece(piece, context, scorePiece)));
    }
    finish(model.name);
  };

  await scoreCommitted();
  for (const model of largestFirst(plan.models)) if (!stopped()) await runModel(model).catch(fail);
  await Promise.all(underWay);
  await Promise.all(finishing);
  if (failures.length > 0) throw failures[0];
}

/** Samples that are taken over count as done from the start: the time left is that of the others. */
function countTaken(pieces: readonly Piece[], { options, model, takenSample }: ModelContext): void {
  if (options.takenOver === null) return;
  let taken = 0;
  for (const piece of pieces.filter(({ kind }) => kind === "generate"))
    taken += samplesOf(options.plan, piece).filter((sample) => takenSample(sample) !== null).length;
  options.progress.takenOver(taken, taken * sampleWeight(model.shape.parameters));
}

/** Largest first, so that no worker has much left when the others have finished. */
export function largestFirst(models: readonly PlannedModel[]): readonly PlannedModel[] {
  return models.toSorted((a, b) => b.shape.parameters - a.shape.parameters);
}

/** The model is verified, and all of its vectors are fitted. */
function isPrepared({ plan, prepared, book }: BlockOptions, model: PlannedModel): boolean {
  const { vectors } = book.current;
  return (
    prepared.has(model.name) &&
    plan.vectors.every(({ id, model: owner }) => owner !== model.name || vectors[id] !== undefined)
  );
}
