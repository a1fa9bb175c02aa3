/** Committed data that cannot be read back: nothing is repaired, exit code 4. */
export class StoreDamaged extends Error {
  override readonly name = "StoreDamaged";
  readonly exitCode = 4;
}
