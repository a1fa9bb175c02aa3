import type { Cell, Plan, PlannedMeasurement, SampleSpec } from "../../plan/plan.js";
import type { GenerateBody, LogprobsBody } from "../../worker/wire/requests.js";

/** Collects distinct values and gives each its index, in order of first use. */
class IndexTable<T> {
  readonly values: T[] = [];
  readonly #indices = new Map<string, number>();

  indexOf(key: string, value: () => T): number {
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    this.#indices.set(key, this.values.length);
    return this.values.push(value()) - 1;
  }
}

type AppliedEdit = GenerateBody["edits"][number];

/** The edit's own strength for each cell, converted from the configured unit. */
type RawStrength = (cell: Cell) => number;

function appliedEdit(cell: Cell): AppliedEdit | null {
  if (cell.vector === null || cell.edit === null || cell.layer === null || cell.positions === null)
    return null;
  return { vector: cell.vector, layer: cell.layer, edit: cell.edit, positions: cell.positions };
}

function editIndex(edits: IndexTable<AppliedEdit>, cell: Cell): number {
  const edit = appliedEdit(cell);
  return edit === null ? -1 : edits.indexOf(JSON.stringify(edit), () => edit);
}

/** The body of a `generate` request for samples of one model. */
export function generateBody(
  plan: Plan,
  samples: readonly SampleSpec[],
  rows: number,
  rawStrength: RawStrength,
): GenerateBody {
  const prompts = new IndexTable<GenerateBody["prompts"][number]>();
  const edits = new IndexTable<AppliedEdit>();
  const decodings = new IndexTable<GenerateBody["decodings"][number]>();
  const columns = {
    id: samples.map((sample) => sample.id),
    prompt: samples.map(({ cell }) =>
      prompts.indexOf(String(cell.prompt), () => ({ messages: messagesOf(plan, cell) })),
    ),
    edit: samples.map(({ cell }) => editIndex(edits, cell)),
    strength: samples.map(({ cell }) => (cell.vector === null ? 0 : rawStrength(cell))),
    decoding: samples.map(({ cell }) =>
      decodings.indexOf(JSON.stringify(cell.decoding), () => cell.decoding),
    ),
  };
  return {
    rows,
    seed: plan.seed,
    prompts: prompts.values,
    edits: edits.values,
    decodings: decodings.values,
    samples: columns,
  };
}

interface LogprobsAsked {
  readonly plan: Plan;
  readonly measurements: readonly PlannedMeasurement[];
  readonly cellOf: (measurement: PlannedMeasurement) => Cell;
  readonly rows: number;
  readonly rawStrength: RawStrength;
}

/** The body of a `logprobs` request for measurements of one model. */
export function logprobsBody({ plan, measurements, cellOf, rows, rawStrength }: LogprobsAsked): LogprobsBody {
  const prompts = new IndexTable<LogprobsBody["prompts"][number]>();
  const edits = new IndexTable<AppliedEdit>();
  const cells = measurements.map(cellOf);
  const items = {
    id: measurements.map((measurement) => measurement.id),
    prompt: measurements.map(({ prefix }, index) => {
      const cell = cells[index] as Cell;
      return prompts.indexOf(`${cell.prompt} ${prefix}`, () => ({
        messages: messagesOf(plan, cell),
        prefix,
      }));
    }),
    edit: cells.map((cell) => editIndex(edits, cell)),
    strength: cells.map((cell) => (cell.vector === null ? 0 : rawStrength(cell))),
    continuation: measurements.map((measurement) => measurement.continuation),
  };
  return { rows, prompts: prompts.values, edits: edits.values, items };
}

/** Vectors that a block's cells need. */
export function vectorsOf(cells: Iterable<Cell>): string[] {
  const vectors = new Set<string>();
  for (const cell of cells) if (cell.vector !== null) vectors.add(cell.vector);
  return [...vectors];
}

function messagesOf(plan: Plan, cell: Cell): GenerateBody["prompts"][number]["messages"] {
  const prompt = plan.prompts[cell.prompt];
  if (prompt === undefined) throw new Error(`cell ${cell.id} names no prompt of the plan`);
  return prompt.messages;
}
