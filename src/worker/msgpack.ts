import { isUtf8 } from "node:buffer";
import { Packr } from "msgpackr";

/** Bytes that are not the msgpack of docs/protocol.md. */
export class MsgpackError extends Error {
  override readonly name = "MsgpackError";
}

const MAX_DEPTH = 32;
const packr = new Packr({ useRecords: false, int64AsType: "number" });

/** One msgpack value. Throws MsgpackError for what the protocol cannot carry: undefined, NaN, dates, sets, typed arrays. */
export function pack(value: unknown): Buffer {
  const bytes = Buffer.from(packr.pack(value));
  verify(bytes);
  return bytes;
}

/** Read one value; nothing is decoded before the whole of it has been verified. */
export function unpack(bytes: Uint8Array): unknown {
  verify(bytes);
  return packr.unpack(bytes);
}

/** Whether the bytes are exactly one value of maps with string keys, lists, UTF-8 strings and finite numbers. */
function verify(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = skipValue(view, bytes, 0, 0);
  if (end !== bytes.length) throw new MsgpackError(`${bytes.length - end} bytes after the value`);
}

/** Offset after the value that starts at `at`. */
function skipValue(view: DataView, bytes: Uint8Array, at: number, depth: number): number {
  need(bytes, at, 1);
  const tag = view.getUint8(at);
  if (tag <= 0x7f || tag >= 0xe0) return at + 1;
  if (tag <= 0x8f) return skipMap(view, bytes, at + 1, tag & 0x0f, depth);
  if (tag <= 0x9f) return skipList(view, bytes, at + 1, tag & 0x0f, depth);
  if (tag <= 0xbf) return skipString(bytes, at + 1, tag & 0x1f);
  switch (tag) {
    case 0xc0:
    case 0xc2:
    case 0xc3:
      return at + 1;
    case 0xca:
    case 0xcb: {
      const end = need(bytes, at + 1, tag === 0xca ? 4 : 8);
      const value = tag === 0xca ? view.getFloat32(at + 1) : view.getFloat64(at + 1);
      if (!Number.isFinite(value)) throw new MsgpackError(`${value} is not a finite number`);
      return end;
    }
    case 0xcc:
    case 0xd0:
      return need(bytes, at + 1, 1);
    case 0xcd:
    case 0xd1:
      return need(bytes, at + 1, 2);
    case 0xce:
    case 0xd2:
      return need(bytes, at + 1, 4);
    case 0xcf:
    case 0xd3: {
      const end = need(bytes, at + 1, 8);
      const value = Number(tag === 0xcf ? view.getBigUint64(at + 1) : view.getBigInt64(at + 1));
      if (!Number.isSafeInteger(value)) throw new MsgpackError("an integer of 2^53 or more");
      return end;
    }
    case 0xd9:
      return skipString(bytes, at + 2, length(view, bytes, at, 1));
    case 0xda:
      return skipString(bytes, at + 3, length(view, bytes, at, 2));
    case 0xdb:
      return skipString(bytes, at + 5, length(view, bytes, at, 4));
    case 0xdc:
      return skipList(view, bytes, at + 3, length(view, bytes, at, 2), depth);
    case 0xdd:
      return skipList(view, bytes, at + 5, length(view, bytes, at, 4), depth);
    case 0xde:
      return skipMap(view, bytes, at + 3, length(view, bytes, at, 2), depth);
    case 0xdf:
      return skipMap(view, bytes, at + 5, length(view, bytes, at, 4), depth);
    default:
      throw new MsgpackError(`type 0x${tag.toString(16)} (binary, extension or unused)`);
  }
}

function skipList(view: DataView, bytes: Uint8Array, at: number, count: number, depth: number): number {
  deepen(depth);
  need(bytes, at, count);
  let next = at;
  for (let i = 0; i < count; i++) next = skipValue(view, bytes, next, depth + 1);
  return next;
}

function skipMap(view: DataView, bytes: Uint8Array, at: number, count: number, depth: number): number {
  deepen(depth);
  need(bytes, at, 2 * count);
  const keys = new Set<string>();
  let next = at;
  for (let i = 0; i < count; i++) {
    need(bytes, next, 1);
    const tag = view.getUint8(next);
    if (!((tag >= 0xa0 && tag <= 0xbf) || (tag >= 0xd9 && tag <= 0xdb))) {
      throw new MsgpackError("a map key that is not a string");
    }
    const value = skipValue(view, bytes, next, depth + 1);
    keys.add(Buffer.from(bytes.subarray(next, value)).toString("latin1"));
    next = skipValue(view, bytes, value, depth + 1);
  }
  if (keys.size !== count) throw new MsgpackError("a map key that occurs twice");
  return next;
}

function deepen(depth: number): void {
  if (depth >= MAX_DEPTH) throw new MsgpackError(`nested deeper than ${MAX_DEPTH}`);
}

function skipString(bytes: Uint8Array, at: number, count: number): number {
  const end = need(bytes, at, count);
  if (!isUtf8(bytes.subarray(at, end))) throw new MsgpackError("a string that is not UTF-8");
  return end;
}

function length(view: DataView, bytes: Uint8Array, at: number, width: 1 | 2 | 4): number {
  need(bytes, at + 1, width);
  if (width === 1) return view.getUint8(at + 1);
  return width === 2 ? view.getUint16(at + 1) : view.getUint32(at + 1);
}

function need(bytes: Uint8Array, at: number, count: number): number {
  if (at + count > bytes.length) throw new MsgpackError("the value is cut off");
  return at + count;
}
