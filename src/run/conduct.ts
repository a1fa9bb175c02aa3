import type { Execution } from "../config/experiment.js";
import type { Cell, Plan, PlannedModel } from "../plan/plan.js";
import { measurementsOf, samplesOf } from "../plan/samples.js";
import type { AppendLog } from "../store/append-log.js";
import type { SampleRow, ScoreRow } from "../store/rows.js";
import type { RunFolder } from "../store/run-folder.js";
import { loadVector, vectorPath } from "../store/vector-file.js";
import type { GenerateStages } from "../worker/block-requests.js";
import type { BlockOutcome, Pool } from "../worker/pool.js";
import type { Loaded, ModelLoad } from "../worker/requests.js";
import { generateBody, logprobsBody, vectorsOf } from "./block-body.js";
import type { ManifestBook } from "./manifest-book.js";
import { committedPieces, halves, type Piece, type PieceState, pendingPieces, wholesOf } from "./pieces.js";
import { modelLoad, prepareModel } from "./prepare-model.js";
import { type Progress, sampleWeight } from "./progress.js";
import { quarantinePiece } from "./quarantine/quarantine-piece.js";
import { measurementRows, sampleRows } from "./result-rows.js";
import { type Strength, strengthIn } from "./strength-scale.js";

export interface Logs {
  readonly samples: AppendLog;
  readonly measurements: AppendLog;
  readonly scores: AppendLog;
}

export interface ConductOptions {
  readonly plan: Plan;
  readonly execution: Execution;
  readonly folder: RunFolder;
  readonly logs: Logs;
  readonly book: ManifestBook;
  readonly pool: Pool;
  readonly rows: number;
  readonly threads: number;
  readonly score: (samples: readonly SampleRow[]) => Promise<ScoreRow[]>;
  readonly progress: Progress;
  /** Names of the models that this process has loaded and found to be the run's own; grows. */
  readonly prepared: Set<string>;
  /** True once the run should take nothing new on and finish what is under way. */
  readonly draining: () => boolean;
  readonly onLoaded: (model: string, loaded: Loaded) => void;
  readonly onGenerated: (model: string, samples: number, tokens: number, stages: GenerateStages) => void;
  /** Rounds of a search that are chosen by now. */
  readonly chosenRounds: () => number;
  /** Everything of a model in the plan is committed and scored; others may still be going on. */
  readonly onModelDone: (model: string) => Promise<void>;
}

/** Blocks under way at a time, a worker: one being worked on, one waiting in it, one waiting here. */
const BLOCKS_PER_WORKER = 3;

/**
 * Does everything of the plan that is not committed yet: prepares each model, sends its blocks, commits and scores what
 * comes back. Returns when all is done, or drained.
 */
export async function conduct(options: ConductOptions): Promise<void> {
  const { plan, logs, pool, draining, score } = options;
  const state = pieceState(options);
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  // The run ends with the first failure: nothing waits for answers that would not be committed.
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
  const doModel = async (model: PlannedModel) => {
    const pending = plan.blocks
      .filter((block) => block.model === model.name)
      .flatMap((block) => pendingPieces(block, state));
    if (pending.length === 0) return finish(model.name);
    const load = modelLoad(plan, model, options.execution, options.threads);
    if (!isPrepared(options, model)) {
      await prepareModel(pool, plan, model, load, options.folder, options.book, options.onLoaded);
      options.prepared.add(model.name);
    }
    const context = modelContext(options, model, load);
    for (const piece of pending) {
      await spare(BLOCKS_PER_WORKER * pool.size);
      if (stopped()) return;
      ofModel.get(model.name)?.push(track(doPiece(piece, context, scorePiece)));
    }
    finish(model.name);
  };

  await scoreCommitted();
  for (const model of largestFirst(plan.models)) if (!stopped()) await doModel(model).catch(fail);
  await Promise.all(underWay);
  await Promise.all(finishing);
  if (failures.length > 0) throw failures[0];
}

/** So that no worker is left with much to do when the others have finished. */
export function largestFirst(models: readonly PlannedModel[]): readonly PlannedModel[] {
  return models.toSorted((a, b) => b.shape.parameters - a.shape.parameters);
}

/** Nothing is left to verify of the model or to fit on it. */
function isPrepared({ plan, prepared, book }: ConductOptions, model: PlannedModel): boolean {
  const { vectors } = book.current;
  return (
    prepared.has(model.name) &&
    plan.vectors.every(({ id, model: owner }) => owner !== model.name || vectors[id] !== undefined)
  );
}

interface ModelContext {
  readonly options: ConductOptions;
  readonly model: PlannedModel;
  readonly load: ModelLoad;
  readonly cellById: ReadonlyMap<string, Cell>;
  readonly strengthOf: (cell: Cell) => Strength | null;
}

function modelContext(options: ConductOptions, model: PlannedModel, load: ModelLoad): ModelContext {
  const { plan, book } = options;
  const strengthOf = (cell: Cell): Strength | null => {
    if (cell.vector === null || cell.layer === null) return null;
    const residNorm = book.current.models[model.name]?.resid_norms[cell.layer];
    const vector = book.current.vectors[cell.vector];
    if (residNorm === undefined || vector === undefined)
      throw new Error(`cell ${cell.id} has no fitted vector`);
    return strengthIn(cell, { vectorNorm: vector.norm, residNorm });
  };
  return { options, model, load, cellById: new Map(plan.cells.map((cell) => [cell.id, cell])), strengthOf };
}

/** Does one piece: commits its rows, or splits it to find what spoils it. */
async function doPiece(
  piece: Piece,
  context: ModelContext,
  scorePiece: (id: string) => Promise<void>,
): Promise<void> {
  const { options } = context;
  const work = piece.kind === "generate" ? generateWork(piece, context) : logprobsWork(piece, context);
  const outcome = await options.pool.run({
    block: piece.id,
    model: context.load,
    kind: piece.kind,
    vectors: vectorsOf(work.cells),
    vectorTensors: (id) => {
      const record = options.book.current.vectors[id];
      if (record === undefined) throw new Error(`vector ${id} is not in the manifest`);
      return { layer: record.layer, tensors: loadVector(vectorPath(options.folder, id), record.sha256) };
    },
    body: work.body,
    samples: piece.count,
  });
  if (outcome.kind === "done") {
    const tokens = work.commit(outcome);
    outcome.committed();
    const label = describeCell(work.cells[0]);
    const samples = piece.kind === "generate" ? piece.count : 0;
    options.progress.committed(
      samples,
      tokens,
      samples * sampleWeight(context.model.shape.parameters),
      `${context.model.name} ${label}`,
    );
    if (piece.kind === "generate") await scorePiece(piece.id);
    return;
  }
  if (piece.count === 1) {
    quarantinePiece(piece, work.ids, outcome.error, options.chosenRounds(), options);
    const what = piece.kind === "generate" ? "sample" : "measurement";
    options.progress.message(`${what} ${work.ids.join(", ")} is quarantined: ${outcome.error.message}`);
    return;
  }
  options.progress.message(`block ${piece.id} failed (${outcome.error.message}); trying its halves`);
  for (const half of halves(piece)) await doPiece(half, context, scorePiece);
}

type Done = Extract<BlockOutcome, { kind: "done" }>;

interface Work {
  readonly cells: readonly Cell[];
  readonly ids: readonly string[];
  readonly body: Parameters<Pool["run"]>[0]["body"];
  /** Appends the rows durably; returns the number of tokens generated. */
  commit(outcome: Done): number;
}

function generateWork(piece: Piece, context: ModelContext): Work {
  const { options, model, strengthOf } = context;
  const samples = samplesOf(options.plan, piece);
  return {
    cells: samples.map((sample) => sample.cell),
    ids: samples.map((sample) => sample.id),
    body: generateBody(options.plan, samples, options.rows, (cell) => strengthOf(cell)?.raw ?? 0),
    commit(outcome) {
      if (outcome.result.kind !== "generate")
        throw new Error(`block ${piece.id} was answered with ${outcome.result.kind}`);
      const { body, blobs } = outcome.result;
      const rows = sampleRows(
        samples,
        body,
        blobs,
        provenance(piece, outcome),
        model,
        promptOf(options.plan),
        strengthOf,
      );
      options.logs.samples.append(piece.id, rows);
      const tokens = rows.reduce((sum, row) => sum + row.token_ids.length, 0);
      options.onGenerated(model.name, rows.length, tokens, body.stages);
      return tokens;
    },
  };
}

function logprobsWork(piece: Piece, context: ModelContext): Work {
  const { options, cellById, strengthOf } = context;
  const measurements = measurementsOf(options.plan, piece);
  const cellOf = ({ cell }: { readonly cell: string }): Cell => {
    const found = cellById.get(cell);
    if (found === undefined) throw new Error(`measurement of the unknown cell ${cell}`);
    return found;
  };
  return {
    cells: measurements.map(cellOf),
    ids: measurements.map((measurement) => measurement.id),
    body: logprobsBody(
      options.plan,
      measurements,
      cellById,
      options.rows,
      (cell) => strengthOf(cell)?.raw ?? 0,
    ),
    commit(outcome) {
      if (outcome.result.kind !== "logprobs")
        throw new Error(`block ${piece.id} was answered with ${outcome.result.kind}`);
      const { body, blobs } = outcome.result;
      const rows = measurementRows(
        measurements,
        piece.first,
        body,
        blobs,
        provenance(piece, outcome),
        cellOf,
        promptOf(options.plan),
        strengthOf,
      );
      options.logs.measurements.append(piece.id, rows);
      return 0;
    },
  };
}

const provenance = (piece: Piece, { worker, attempt, lease }: Done) => ({
  // The planned one, in whichever parts it was done.
  block: wholesOf(piece.id).at(-1) ?? piece.id,
  worker,
  attempt,
  lease,
});

const promptOf = (plan: Plan) => (cell: Cell) => {
  const prompt = plan.prompts[cell.prompt];
  if (prompt === undefined) throw new Error(`cell ${cell.id} names no prompt of the plan`);
  return prompt;
};

/** What of the plan is committed, split or quarantined when this is called. */
export function pieceState({ logs, book }: Pick<ConductOptions, "logs" | "book">): PieceState {
  const isCommitted = (id: string) => logs.samples.has(id) || logs.measurements.has(id);
  const { quarantined: pieces, starts } = book.current;
  // What was the machine's fault is left alone in the start in which it was found, and tried once more in a later one.
  const settled = pieces.filter(({ fault, start }) => fault === "sample" || start === starts.length - 1);
  const quarantined = new Set(settled.map(({ block }) => block));
  const known = [...logs.samples.blocks, ...logs.measurements.blocks, ...quarantined];
  const split = new Set(known.flatMap(wholesOf));
  return { isCommitted, isQuarantined: (id) => quarantined.has(id), isSplit: (id) => split.has(id) };
}

function describeCell(cell: Cell | undefined): string {
  if (cell === undefined) return "";
  return cell.method === null
    ? "baseline"
    : `${cell.method} ${cell.question ?? ""} ${cell.strength ?? ""} ${cell.unit ?? ""}`.trim();
}
