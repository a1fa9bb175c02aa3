import { curveKeyPair } from "zeromq";

/** CURVE keys in Z85 text, as ZeroMQ takes them. */
interface KeyPair {
  readonly publicKey: string;
  readonly secretKey: string;
}

export function newKeyPair(): KeyPair {
  return curveKeyPair();
}

const Z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/** Bytes of a Z85 text (ZeroMQ RFC 32). Throws RangeError for any other text. */
export function decodeZ85(text: string): Buffer {
  if (text.length % 5 !== 0)
    throw new RangeError(`Z85 text has ${text.length} characters, not a multiple of 5`);
  const bytes = Buffer.alloc((text.length / 5) * 4);
  for (let group = 0; group < text.length / 5; group++) {
    let value = 0;
    for (const character of text.slice(group * 5, group * 5 + 5)) {
      const digit = Z85.indexOf(character);
      if (digit < 0) throw new RangeError("Z85 text has a character outside its alphabet");
      value = value * 85 + digit;
    }
    if (value > 0xffffffff) throw new RangeError("a Z85 group is out of range");
    bytes.writeUInt32BE(value, group * 4);
  }
  return bytes;
}

/** The client keys that were issued and not revoked. */
export class AdmittedKeys {
  readonly #keys = new Set<string>();

  admit(publicKey: string): void {
    this.#keys.add(decodeZ85(publicKey).toString("hex"));
  }

  revoke(publicKey: string): void {
    this.#keys.delete(decodeZ85(publicKey).toString("hex"));
  }

  has(publicKey: Uint8Array): boolean {
    return this.#keys.has(Buffer.from(publicKey).toString("hex"));
  }
}
