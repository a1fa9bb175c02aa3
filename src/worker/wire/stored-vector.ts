import { ITEM_BYTES, type Tensor, type TensorDtype } from "./frames.js";

/** A vector fitted before, as it was saved. */
export interface StoredVector {
  readonly layer: number;
  readonly tensors: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly shape: readonly number[];
    /** Little-endian, C order. */
    readonly bytes: Uint8Array;
  }[];
}

/** Throws TypeError for a dtype that frames cannot carry. */
export function vectorTensors(vector: StoredVector): Tensor[] {
  return vector.tensors.map((tensor) => {
    if (!isTensorDtype(tensor.dtype)) {
      throw new TypeError(
        `Tensor ${tensor.name} is ${tensor.dtype}; vectors hold ${Object.keys(ITEM_BYTES).join(", ")}.`,
      );
    }
    return { ...tensor, dtype: tensor.dtype };
  });
}

function isTensorDtype(dtype: string): dtype is TensorDtype {
  return Object.hasOwn(ITEM_BYTES, dtype);
}
