import { duration } from "../../run/progress/progress.js";
import { inLine, inTerminal } from "../../text/foreign-text.js";

/** Shows the progress of a verb while it works. */
export interface Status {
  show(text: string): void;
  /** Prints a permanent line. */
  say(text: string): void;
  end(): void;
}

/** A terminal shows one line that changes; elsewhere, the latest status is printed as a line at these intervals. */
const EVERY_MS = 10_000;

export function openStatus(stream: NodeJS.WriteStream, now: () => number, everyMs = EVERY_MS): Status {
  const began = now();
  let shown = "";
  const clear = () => {
    if (stream.isTTY && shown !== "") stream.write("\r\x1b[2K");
  };
  const line = () => {
    if (shown !== "") stream.write(`${shown}; ${duration((now() - began) / 1000)} so far\n`);
  };
  const timer = stream.isTTY ? undefined : setInterval(line, everyMs);
  timer?.unref();
  return {
    show(text) {
      shown = inLine(text);
      if (stream.isTTY) stream.write(`\r\x1b[2K${shown.slice(0, Math.max(0, (stream.columns ?? 80) - 1))}`);
    },
    say(text) {
      clear();
      stream.write(`${inTerminal(text)}\n`);
    },
    end() {
      clear();
      clearInterval(timer);
    },
  };
}

/** Calls a function with a status, which is closed when it returns. */
export async function withStatus<T>(
  stream: NodeJS.WriteStream,
  work: (status: Status) => Promise<T>,
): Promise<T> {
  const status = openStatus(stream, () => performance.now());
  try {
    return await work(status);
  } finally {
    status.end();
  }
}
