import { availableParallelism, cpus, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** Processor time of the whole machine since some moment, over all its cores. */
export interface CoreTimes {
  readonly cores: number;
  readonly idle: number;
  readonly total: number;
}

export interface CoreWatch {
  /** Cores that this process may use. */
  readonly allowed: number;
  /** Of the last minute; 0 where the system has none. */
  readonly loadAverage: number;
  readonly times: () => CoreTimes;
  readonly wait: () => Promise<unknown>;
}

const WATCHED_MS = 250;

export const coreWatch = (): CoreWatch => ({
  allowed: availableParallelism(),
  loadAverage: loadavg()[0] ?? 0,
  times: coreTimes,
  wait: () => sleep(WATCHED_MS),
});

/**
 * How many of the allowed cores are free for a run, at least one. The load average only says whether to look: it
 * remembers work that is over, so that the cores themselves are watched for a quarter of a second.
 */
export async function idleCores({ allowed, loadAverage, times, wait }: CoreWatch): Promise<number> {
  if (loadAverage < allowed / 2) return allowed;
  const before = times();
  await wait();
  const after = times();
  const total = after.total - before.total;
  if (total <= 0) return allowed;
  const idle = Math.round(((after.idle - before.idle) / total) * after.cores);
  return Math.max(1, Math.min(allowed, idle));
}

function coreTimes(): CoreTimes {
  const all = cpus();
  const sum = (read: (times: (typeof all)[number]["times"]) => number) =>
    all.reduce((total, { times }) => total + read(times), 0);
  return {
    cores: all.length,
    idle: sum(({ idle }) => idle),
    total: sum(({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq),
  };
}
