import { contentHash } from "../util/canonical-json.js";
import type { Block } from "./plan.js";

export interface BlockSource {
  readonly kind: Block["kind"];
  readonly model: string;
  /** First in plan order, and how many. */
  readonly first: number;
  readonly total: number;
}

/** Cuts each source into contiguous blocks of at most `size`, as equal as possible, so that no block is tiny. */
export function planBlocks(
  sources: readonly BlockSource[],
  size: number,
  generationHash: string,
  /** How many blocks there are already. */
  before = 0,
): readonly Block[] {
  const blocks: Block[] = [];
  for (const { kind, model, first, total } of sources) {
    const pieces = Math.ceil(total / size);
    for (let piece = 0; piece < pieces; piece++) {
      const start = Math.floor((total * piece) / pieces);
      const end = Math.floor((total * (piece + 1)) / pieces);
      const index = before + blocks.length;
      const id = contentHash({ generation: generationHash, kind, index }, 16);
      blocks.push({ id, index, kind, model, first: first + start, count: end - start });
    }
  }
  return blocks;
}
