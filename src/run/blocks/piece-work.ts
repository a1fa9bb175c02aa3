import type { Cell, Plan, SampleSpec } from "../../plan/plan.js";
import { measurementsOf, samplesOf } from "../../plan/samples.js";
import type { SampleRow } from "../../store/tables/columns.js";
import type { BlockOutcome, BlockRequest } from "../../worker/pool.js";
import { generateBody, logprobsBody } from "./block-body.js";
import type { ModelContext } from "./model-context.js";
import { type Piece, wholesOf } from "./pieces.js";
import { type CellFacts, measurementRows, sampleRow, sampleRows } from "./result-rows.js";

type Done = Extract<BlockOutcome, { kind: "done" }>;

/** What a piece asks of a worker, and how its answer is stored. */
interface PieceWork {
  /** What a worker is asked for; where there is nothing to ask, the piece is committed without one. */
  readonly cells: readonly Cell[];
  readonly ids: readonly string[];
  readonly request: BlockRequest;
  /** Appends the rows durably; returns the number of tokens generated. Null where no worker was asked. */
  commit(outcome: Done | null): number;
}

/** Samples that another run has made are not asked for; their rows are committed with the others. */
export function generateWork(piece: Piece, context: ModelContext): PieceWork {
  const { options, model, strengthOf, takenSample } = context;
  const { plan, logs } = options;
  const facts: CellFacts = { promptOf: promptOf(plan), strengthOf };
  const asked: SampleSpec[] = [];
  const taken: SampleRow[] = [];
  for (const sample of samplesOf(plan, piece)) {
    const made = takenSample(sample);
    if (made === null) asked.push(sample);
    else taken.push(sampleRow({ sample, model, block: blockOf(piece) }, made, facts));
  }
  const rawStrength = (cell: Cell) => strengthOf(cell)?.raw ?? 0;
  return {
    cells: asked.map((sample) => sample.cell),
    ids: asked.map((sample) => sample.id),
    request: { kind: "generate", body: generateBody(plan, asked, options.rows, rawStrength) },
    commit(outcome) {
      if (outcome === null) {
        logs.samples.append(piece.id, taken);
        return 0;
      }
      if (outcome.result.kind !== "generate")
        throw new Error(`block ${piece.id} was answered with ${outcome.result.kind}`);
      const { body: reply, blobs } = outcome.result;
      const answer = { reply, blobs, provenance: provenance(piece, outcome) };
      const rows = sampleRows({ samples: asked, model }, answer, facts);
      logs.samples.append(
        piece.id,
        [...taken, ...rows].toSorted((a, b) => a.plan_index - b.plan_index),
      );
      const tokens = rows.reduce((sum, row) => sum + row.token_ids.length, 0);
      options.onGenerated(model.name, rows.length, tokens, reply.stages);
      return tokens;
    },
  };
}

export function logprobsWork(piece: Piece, context: ModelContext): PieceWork {
  const { options, cellById, strengthOf } = context;
  const { plan, logs } = options;
  const measurements = measurementsOf(plan, piece);
  const cellOf = ({ cell }: { readonly cell: string }): Cell => {
    const found = cellById.get(cell);
    if (found === undefined) throw new Error(`measurement of the unknown cell ${cell}`);
    return found;
  };
  const rawStrength = (cell: Cell) => strengthOf(cell)?.raw ?? 0;
  const body = logprobsBody({ plan, measurements, cellOf, rows: options.rows, rawStrength });
  return {
    cells: measurements.map(cellOf),
    ids: measurements.map((measurement) => measurement.id),
    request: { kind: "logprobs", body },
    commit(outcome) {
      if (outcome?.result.kind !== "logprobs")
        throw new Error(`block ${piece.id} was answered with ${outcome?.result.kind ?? "nothing"}`);
      const { body: reply, blobs } = outcome.result;
      const answer = { reply, blobs, provenance: provenance(piece, outcome) };
      const asked = { measurements, first: piece.first, cellOf };
      const rows = measurementRows(asked, answer, { promptOf: promptOf(plan), strengthOf });
      logs.measurements.append(piece.id, rows);
      return 0;
    },
  };
}

/** The planned block, in whichever parts it is done. */
const blockOf = (piece: Piece): string => wholesOf(piece.id).at(-1) ?? piece.id;

const provenance = (piece: Piece, { worker, attempt, lease }: Done) => ({
  block: blockOf(piece),
  worker,
  attempt,
  lease,
});

const promptOf = (plan: Plan) => (cell: Cell) => {
  const prompt = plan.prompts[cell.prompt];
  if (prompt === undefined) throw new Error(`cell ${cell.id} names no prompt of the plan`);
  return prompt;
};
