import type { Cell, Plan } from "../../plan/plan.js";
import { measurementsOf, samplesOf } from "../../plan/samples.js";
import type { BlockOutcome, Pool } from "../../worker/pool.js";
import { generateBody, logprobsBody } from "./block-body.js";
import type { ModelContext } from "./model-context.js";
import { type Piece, wholesOf } from "./pieces.js";
import { measurementRows, sampleRows } from "./result-rows.js";

type Done = Extract<BlockOutcome, { kind: "done" }>;

/** What a piece asks of a worker, and how its answer is stored. */
export interface PieceWork {
  readonly cells: readonly Cell[];
  readonly ids: readonly string[];
  readonly body: Parameters<Pool["run"]>[0]["body"];
  /** Appends the rows durably; returns the number of tokens generated. */
  commit(outcome: Done): number;
}

export function generateWork(piece: Piece, context: ModelContext): PieceWork {
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

export function logprobsWork(piece: Piece, context: ModelContext): PieceWork {
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
