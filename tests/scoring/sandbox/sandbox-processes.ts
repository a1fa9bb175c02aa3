import { execFileSync } from "node:child_process";

/** Ids of the sandbox processes that this process has started and that have not ended. */
export function sandboxProcesses(): readonly number[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,args="], { encoding: "utf8" });
  return table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, state = "", ...args]) => {
      const isMine = Number(parent) === process.pid && !state.startsWith("Z");
      return isMine && args.some((arg) => /sandbox\/child\.[jt]s$/.test(arg));
    })
    .map(([pid]) => Number(pid));
}
