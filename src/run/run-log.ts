import { join } from "node:path";
import { pino } from "pino";
import type { RunFolder } from "../store/run-folder.js";
import type { PoolEvent } from "../worker/pool.js";

/** What happened in a run, one JSON object a line in `logs/run.jsonl`, appended by every start. */
export interface RunLog {
  note(event: string, facts: Readonly<Record<string, unknown>>): void;
  /** What happens all the time is left out: progress ticks, and workers that begin and end being busy. */
  pool(event: PoolEvent): void;
}

export function openRunLog(folder: RunFolder): RunLog {
  const log = pino({ base: null }, pino.destination({ dest: join(folder.logs, "run.jsonl"), sync: true }));
  const note = (event: string, facts: Readonly<Record<string, unknown>>) => log.info({ event, ...facts });
  return {
    note,
    pool: ({ kind, ...facts }) => {
      if (kind !== "progress" && kind !== "busy") note(kind, facts);
    },
  };
}
