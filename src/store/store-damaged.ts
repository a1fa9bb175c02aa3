/** Committed data that cannot be read back. Nothing is repaired; the exit code is 4. */
export class StoreDamaged extends Error {
  override readonly name = "StoreDamaged";
  readonly exitCode = 4;
}
