import type { ChildProcess } from "node:child_process";

/** Signals a process that leads a group of its own (`detached`), and with it what it has started. */
export function killGroup(child: Pick<ChildProcess, "pid" | "kill">, signal: "SIGTERM" | "SIGKILL"): void {
  if (process.platform === "win32" || child.pid === undefined) {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // It has already ended; macOS answers EPERM for a group of zombies.
    if (!["ESRCH", "EPERM"].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}
