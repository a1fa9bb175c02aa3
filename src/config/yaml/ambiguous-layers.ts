import { type Document, isMap, isScalar, isSeq } from "yaml";

interface AmbiguousLayer {
  /** Keys and indices from the top of the file. */
  readonly at: readonly (string | number)[];
  readonly written: string;
}

/** A whole number with a decimal point, as 1.0 or 1e0. */
const WITH_POINT = /[.eE]/;

/**
 * Layers written as whole numbers with a point. `1.0` could be a fraction of depth, but is not below 1; as a number it
 * would be block 1 without a word.
 */
export function ambiguousLayers({ contents }: Document): AmbiguousLayer[] {
  return found(contents, []);
}

function found(node: unknown, at: readonly (string | number)[]): AmbiguousLayer[] {
  if (isSeq(node)) return node.items.flatMap((item, i) => found(item, [...at, i]));
  if (isMap(node)) {
    return node.items.flatMap(({ key, value }) =>
      found(value, [...at, isScalar(key) ? String(key.value) : ""]),
    );
  }
  if (!isScalar(node) || at.at(-2) !== "layers" || !Number.isInteger(node.value)) return [];
  const written = node.source ?? "";
  return WITH_POINT.test(written) ? [{ at, written }] : [];
}
