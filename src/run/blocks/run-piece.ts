import type { Cell } from "../../plan/plan.js";
import { loadVector, vectorPath } from "../../store/vector-file.js";
import { sampleWeight } from "../progress/progress.js";
import { quarantinePiece } from "../quarantine/quarantine-piece.js";
import { vectorsOf } from "./block-body.js";
import type { ModelContext } from "./model-context.js";
import { generateWork, logprobsWork } from "./piece-work.js";
import { halves, type Piece } from "./pieces.js";

/** Carries out one piece: commits its rows, or splits it to find the part that fails. */
export async function runPiece(
  piece: Piece,
  context: ModelContext,
  scorePiece: (id: string) => Promise<void>,
): Promise<void> {
  const { options } = context;
  const work = piece.kind === "generate" ? generateWork(piece, context) : logprobsWork(piece, context);
  if (work.ids.length === 0) {
    work.commit(null);
    if (piece.kind === "generate") await scorePiece(piece.id);
    return;
  }
  const outcome = await options.pool.run({
    block: piece.id,
    model: context.load,
    vectors: vectorsOf(work.cells),
    vectorTensors: (id) => {
      const record = options.book.current.vectors[id];
      if (record === undefined) throw new Error(`vector ${id} is not in the manifest`);
      return { layer: record.layer, tensors: loadVector(vectorPath(options.folder, id), record.sha256) };
    },
    request: work.request,
    samples: work.ids.length,
  });
  if (outcome.kind === "done") {
    const tokens = work.commit(outcome);
    outcome.committed();
    const label = describeCell(work.cells[0]);
    const samples = piece.kind === "generate" ? work.ids.length : 0;
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
  for (const half of halves(piece)) await runPiece(half, context, scorePiece);
}

function describeCell(cell: Cell | undefined): string {
  if (cell === undefined) return "";
  return cell.method === null
    ? "baseline"
    : `${cell.method} ${cell.question ?? ""} ${cell.strength ?? ""} ${cell.unit ?? ""}`.trim();
}
