import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadVector, saveVector } from "../../src/store/vector-file.js";

const tensors = [
  { name: "vector", dtype: "float32", shape: [3], bytes: new Uint8Array(Float32Array.of(1, -2, 0.5).buffer) },
  { name: "ids", dtype: "int64", shape: [1], bytes: new Uint8Array(BigInt64Array.of(7n).buffer) },
];

test("what was fitted comes back byte for byte", () => {
  const path = join(mkdtempSync(join(tmpdir(), "vector-")), "v.safetensors");
  const sha256 = saveVector(path, tensors);
  expect(loadVector(path, sha256)).toEqual(tensors);
});

test("a changed vector is refused", () => {
  const path = join(mkdtempSync(join(tmpdir(), "vector-")), "v.safetensors");
  const sha256 = saveVector(path, tensors);
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] = 1;
  writeFileSync(path, bytes);
  expect(() => loadVector(path, sha256)).toThrow("sha256");
});
