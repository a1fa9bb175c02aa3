import { isUtf8 } from "node:buffer";

/** Bytes that are not the msgpack of docs/protocol.md. */
export class MsgpackError extends Error {
  override readonly name = "MsgpackError";
}

const MAX_DEPTH = 32;
/** Items of lists, keys and values of maps, all together: what the decoded value takes is bounded by it. */
const MAX_VALUES = 2 ** 18;

/** Called with the place of a float of eight bytes whose value is an integer. */
type OnIntegralFloat = (view: DataView, at: number, integer: number) => void;

/** Reads over a value without decoding it, and throws MsgpackError for what docs/protocol.md does not allow. */
export class Scan {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #onIntegralFloat: OnIntegralFloat;
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array, onIntegralFloat: OnIntegralFloat = refuseIntegralFloat) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#onIntegralFloat = onIntegralFloat;
  }

  /** The bytes are exactly one value of maps with string keys, lists, UTF-8 strings and finite numbers. */
  whole(): void {
    this.#value(0);
    const rest = this.#bytes.length - this.#at;
    if (rest > 0) throw new MsgpackError(`${rest} bytes after the value`);
  }

  #value(depth: number): void {
    const tag = this.#tag();
    if (tag <= 0x7f || tag >= 0xe0) return;
    if (tag <= 0x8f) this.#map(tag & 0x0f, depth);
    else if (tag <= 0x9f) this.#list(tag & 0x0f, depth);
    else if (tag <= 0xbf) this.#string(tag & 0x1f);
    else this.#longValue(tag, depth);
  }

  /** A value whose tag does not hold its length. */
  #longValue(tag: number, depth: number): void {
    switch (tag) {
      case 0xc0:
      case 0xc2:
      case 0xc3:
        break;
      case 0xca:
      case 0xcb:
        this.#float(tag === 0xca ? 4 : 8);
        break;
      case 0xcc:
      case 0xcd:
      case 0xce:
        this.#take(2 ** (tag - 0xcc));
        break;
      case 0xd0:
      case 0xd1:
      case 0xd2:
        this.#take(2 ** (tag - 0xd0));
        break;
      case 0xcf:
      case 0xd3:
        this.#longInteger(tag === 0xd3);
        break;
      case 0xd9:
      case 0xda:
      case 0xdb:
        this.#string(this.#length(2 ** (tag - 0xd9)));
        break;
      case 0xdc:
      case 0xdd:
        this.#list(this.#length(2 ** (tag - 0xdb)), depth);
        break;
      case 0xde:
      case 0xdf:
        this.#map(this.#length(2 ** (tag - 0xdd)), depth);
        break;
      default:
        throw new MsgpackError(`type 0x${tag.toString(16)} (binary, extension or unused)`);
    }
  }

  #float(width: 4 | 8): void {
    const at = this.#take(width);
    const value = width === 4 ? this.#view.getFloat32(at) : this.#view.getFloat64(at);
    if (!Number.isFinite(value)) throw new MsgpackError(`${value} is not a finite number`);
    if (!Number.isSafeInteger(value)) return;
    const onIntegralFloat = width === 4 ? refuseIntegralFloat : this.#onIntegralFloat;
    onIntegralFloat(this.#view, at - 1, value);
  }

  #longInteger(signed: boolean): void {
    const at = this.#take(8);
    const value = Number(signed ? this.#view.getBigInt64(at) : this.#view.getBigUint64(at));
    if (!Number.isSafeInteger(value)) throw new MsgpackError("an integer of 2^53 or more");
  }

  #string(count: number): void {
    const at = this.#take(count);
    if (!isUtf8(this.#bytes.subarray(at, at + count))) throw new MsgpackError("a string that is not UTF-8");
  }

  #list(count: number, depth: number): void {
    this.#enter(count, depth);
    for (let i = 0; i < count; i++) this.#value(depth + 1);
  }

  #map(count: number, depth: number): void {
    this.#enter(2 * count, depth);
    const keys = new Set<string>();
    for (let i = 0; i < count; i++) {
      const begin = this.#at;
      const tag = this.#bytes[begin] ?? 0;
      if (!((tag >= 0xa0 && tag <= 0xbf) || (tag >= 0xd9 && tag <= 0xdb))) {
        throw new MsgpackError("a map key that is not a string");
      }
      this.#value(depth + 1);
      keys.add(Buffer.from(this.#bytes.subarray(begin, this.#at)).toString("latin1"));
      this.#value(depth + 1);
    }
    if (keys.size !== count) throw new MsgpackError("a map key that occurs twice");
  }

  /** A list or map starts; `count` is the number of values that the bytes claim. */
  #enter(values: number, depth: number): void {
    if (depth >= MAX_DEPTH) throw new MsgpackError(`nested deeper than ${MAX_DEPTH}`);
    this.#values += values;
    if (this.#values > MAX_VALUES) throw new MsgpackError(`more than ${MAX_VALUES} values`);
    this.#need(values);
  }

  #length(width: number): number {
    const at = this.#take(width);
    if (width === 1) return this.#view.getUint8(at);
    return width === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at);
  }

  #tag(): number {
    return this.#view.getUint8(this.#take(1));
  }

  /** Offset of the next bytes, which count as read from now on. */
  #take(count: number): number {
    this.#need(count);
    const at = this.#at;
    this.#at += count;
    return at;
  }

  #need(count: number): void {
    if (this.#at + count > this.#bytes.length) throw new MsgpackError("the value is cut off");
  }
}

function refuseIntegralFloat(_view: DataView, _at: number, integer: number): void {
  throw new MsgpackError(`a float in place of the integer ${integer}`);
}
