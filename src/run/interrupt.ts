/** How a run is asked to stop: the first signal drains it, the second aborts it. */
export interface Interrupt {
  /** The first signal that came, or null. */
  readonly signal: NodeJS.Signals | null;
  /** Aborts at the second signal, or when the time to drain after SIGTERM is over. */
  readonly abort: AbortSignal;
  release(): void;
}

/** Exit codes of a run that was interrupted and can be resumed. */
export const INTERRUPTED_EXIT_CODE: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };

/** SIGTERM aborts by itself if draining takes longer than this. */
const DRAIN_MILLISECONDS = 25_000;

export function listenForInterrupt(
  onFirst: (signal: NodeJS.Signals) => void,
  drainMilliseconds: number = DRAIN_MILLISECONDS,
): Interrupt {
  const controller = new AbortController();
  let signal: NodeJS.Signals | null = null;
  let timer: NodeJS.Timeout | null = null;
  const listener = (received: NodeJS.Signals) => {
    if (signal !== null) {
      controller.abort();
      return;
    }
    signal = received;
    onFirst(received);
    if (received === "SIGTERM") timer = setTimeout(() => controller.abort(), drainMilliseconds).unref();
  };
  process.on("SIGINT", listener);
  process.on("SIGTERM", listener);
  return {
    get signal() {
      return signal;
    },
    abort: controller.signal,
    release() {
      process.off("SIGINT", listener);
      process.off("SIGTERM", listener);
      if (timer !== null) clearTimeout(timer);
    },
  };
}
