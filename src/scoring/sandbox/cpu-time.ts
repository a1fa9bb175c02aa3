import { readFile } from "node:fs/promises";

/** Linux counts process times in hundredths of a second, whatever the machine (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** Processor seconds that a process has used; null if the system does not report them (other than Linux) or it is gone. */
export async function cpuSeconds(pid: number): Promise<number | null> {
  let stat: string;
  try {
    stat = await readFile(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  // The second field is a name in brackets that may hold spaces; user and system time are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  return Number.isFinite(seconds) ? seconds : null;
}
