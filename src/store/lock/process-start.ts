import { readFileSync } from "node:fs";

/**
 * Start time of a process in clock ticks since boot (Linux), which identifies a reused pid; null if it cannot be read, or
 * the process is a zombie.
 */
export function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** Whether the process of this host that started then is alive; `started` is empty if its start could not be read. */
export function isProcessAlive(pid: number, started: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
  return started === "" || processStart(pid) === started;
}
