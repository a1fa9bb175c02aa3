import { availableParallelism, cpus, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds of processor time since some moment, over all cores of the machine. */
export interface CoreTimes {
  readonly cores: number;
  readonly idle: number;
  readonly total: number;
  /** Of this process. */
  readonly own: number;
}

/** The cores, watched from a moment on. */
export interface CoreWatch {
  /** Cores that this process may use. */
  readonly allowed: number;
  /** Of the last minute; 0 where the system has none. */
  readonly loadAverage: number;
  /** When the watch began. */
  readonly since: CoreTimes;
  readonly times: () => CoreTimes;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

const WATCHED_MS = 250;

export const watchCores = (): CoreWatch => ({
  allowed: availableParallelism(),
  loadAverage: loadavg()[0] ?? 0,
  since: coreTimes(),
  times: coreTimes,
  wait: sleep,
});

/**
 * How many of the allowed cores are free for a run, at least one. The load average only decides whether to measure: it
 * includes work that is over, so the cores themselves are watched over a quarter of a second or more. The work of this
 * process itself does not count.
 */
export async function idleCores({ allowed, loadAverage, since, times, wait }: CoreWatch): Promise<number> {
  if (loadAverage < allowed / 2) return allowed;
  const watched = (times().total - since.total) / since.cores;
  if (watched < WATCHED_MS) await wait(WATCHED_MS - watched);
  const now = times();
  const total = now.total - since.total;
  if (total <= 0) return allowed;
  const free = now.idle - since.idle + now.own - since.own;
  const idle = Math.round((free / total) * now.cores);
  return Math.max(1, Math.min(allowed, idle));
}

function coreTimes(): CoreTimes {
  const all = cpus();
  const sum = (read: (times: (typeof all)[number]["times"]) => number) =>
    all.reduce((total, { times }) => total + read(times), 0);
  const { user, system } = process.cpuUsage();
  return {
    cores: all.length,
    idle: sum(({ idle }) => idle),
    total: sum(({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq),
    own: (user + system) / 1000,
  };
}
