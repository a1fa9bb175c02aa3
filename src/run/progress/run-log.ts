import { closeSync, fstatSync, ftruncateSync, openSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { writeFully } from "../../store/log/durable.js";
import { needingRoom } from "../../store/log/no-room.js";
import type { RunFolder } from "../../store/run-folder.js";
import type { PoolEvent } from "../../worker/pool.js";

/** The events of a run, one JSON object for each line of `logs/run.jsonl`, appended by every start. */
export interface RunLog {
  note(event: string, facts: Readonly<Record<string, unknown>>): void;
  /** Very frequent events are left out: progress, and workers becoming busy and idle. */
  pool(event: PoolEvent): void;
  close(): void;
}

/** Lines that cannot be written are dropped, and the first of them is reported: no result depends on the log. */
export function openRunLog(folder: RunFolder, say: (text: string) => void): RunLog {
  const path = join(folder.logs, "run.jsonl");
  const fd = needingRoom(path, () => openSync(path, "a"));
  let end = fstatSync(fd).size;
  let complained = false;
  const write = (line: string) => {
    const bytes = Buffer.from(line);
    try {
      needingRoom(path, () => writeFully(fd, bytes, end));
      end += bytes.length;
    } catch (cause) {
      ftruncateSync(fd, end);
      if (!complained)
        say(`WARNING: the log has gaps from here on: ${cause instanceof Error ? cause.message : cause}`);
      complained = true;
    }
  };
  const log = pino({ base: null }, { write });
  const note = (event: string, facts: Readonly<Record<string, unknown>>) => log.info({ event, ...facts });
  return {
    note,
    pool: ({ kind, ...facts }) => {
      if (kind !== "progress" && kind !== "busy") note(kind, facts);
    },
    close: () => closeSync(fd),
  };
}
