import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isProcessAlive, processStart } from "./process-start.js";

/**
 * Does `work` unless another live process of this host is doing it. Each process announces itself by a file with its
 * name before it looks for others: of two that try at once, the later one sees the other. Files of killed processes are
 * recognised by their names, so they never block.
 */
export function soleBreaker(lock: string, work: () => void): void {
  const own = `${lock}.breaking.${process.pid}.${processStart(process.pid) ?? ""}`;
  writeFileSync(own, "");
  try {
    if (liveOthers(lock, own)) pause(1 + Math.random() * 20);
    else work();
  } finally {
    rmSync(own, { force: true });
  }
}

function liveOthers(lock: string, own: string): boolean {
  const folder = dirname(lock);
  let live = false;
  for (const name of readdirSync(folder)) {
    const [, pid, started] = /\.breaking\.(\d+)\.(\d*)$/.exec(name) ?? [];
    if (pid === undefined || started === undefined || !name.startsWith(basename(lock))) continue;
    if (name === basename(own)) continue;
    if (isProcessAlive(Number(pid), started)) live = true;
    else rmSync(join(folder, name), { force: true });
  }
  return live;
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
