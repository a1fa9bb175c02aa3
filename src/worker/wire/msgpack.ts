import { Packr } from "msgpackr";
import { MsgpackError, Scan } from "./msgpack-scan.js";

export { MsgpackError } from "./msgpack-scan.js";

const packr = new Packr({ useRecords: false, int64AsType: "number" });

/** One msgpack value. Throws MsgpackError for what the protocol cannot carry: undefined, NaN, dates, sets, typed arrays. */
export function pack(value: unknown): Buffer {
  const bytes = packed(value);
  // msgpackr writes integers of more than 32 bits as floats; either takes nine bytes.
  new Scan(bytes, (view, at, integer) => {
    view.setUint8(at, 0xd3);
    view.setBigInt64(at + 1, BigInt(integer));
  }).whole();
  return bytes;
}

/** Read one value; nothing is decoded before the whole of it has been verified. */
export function unpack(bytes: Uint8Array): unknown {
  new Scan(bytes).whole();
  return packr.unpack(bytes);
}

function packed(value: unknown): Buffer {
  try {
    return Buffer.from(packr.pack(value));
  } catch (cause) {
    throw new MsgpackError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
