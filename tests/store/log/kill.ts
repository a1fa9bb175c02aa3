import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** What changes a disk. */
const CHANGES = [
  ...["writeSync", "writeFileSync", "openSync", "mkdirSync", "renameSync", "linkSync", "rmSync"],
  ...["rmdirSync", "unlinkSync", "ftruncateSync", "fsyncSync"],
] as const;

/** Thrown where a killed process would do no more. */
class Killed extends Error {}

/**
 * Does `work` as a process that is killed at its change number `at` of the disk: that one and all later ones, of its
 * clean-up too, are not made, and a write is cut in half. Returns whether it lived to the end.
 */
export async function killedAt(at: number, work: () => unknown): Promise<boolean> {
  const real = { ...fs };
  let changes = 0;
  for (const name of CHANGES) {
    const change = real[name] as (...args: unknown[]) => unknown;
    Object.assign(fs, {
      [name]: (...args: unknown[]) => {
        if (name === "openSync" && (args[1] === undefined || args[1] === "r")) return change(...args);
        changes += 1;
        if (changes === at && name === "writeSync" && args[1] instanceof Uint8Array)
          real.writeSync(
            args[0] as number,
            args[1],
            0,
            args[1].length >> 1,
            (args[4] ?? null) as number | null,
          );
        if (changes >= at) throw new Killed(`killed at ${name}`);
        return change(...args);
      },
    });
  }
  syncBuiltinESMExports();
  try {
    await work();
    return true;
  } catch (cause) {
    if (!(cause instanceof Killed)) throw cause;
    return false;
  } finally {
    for (const name of CHANGES) Object.assign(fs, { [name]: real[name] });
    syncBuiltinESMExports();
  }
}
