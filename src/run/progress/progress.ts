import cliProgress from "cli-progress";
import { inLine, inTerminal } from "../../text/foreign-text.js";

/** The progress of a run, for people. */
export interface Progress {
  /** Adds samples that are to be done. */
  extend(samples: number, weight: number): void;
  /** Samples were committed; `weight` is their share of the work, by `sampleWeight`. */
  committed(samples: number, tokens: number, weight: number, cell: string): void;
  /** Samples that need not be made; `weight` is the share of the work that they would have been. */
  takenOver(samples: number, weight: number): void;
  message(text: string): void;
  /** Shows an activity other than sampling. */
  activity(text: string): void;
  stop(): void;
}

/** Weight of a model's sample in the estimate of the time left: its arithmetic, plus the fixed cost of a step. */
export const sampleWeight = (parameters: number): number => parameters + STEP_PARAMETERS;

/** Parameters whose arithmetic takes as long as the fixed cost of a decode step. */
const STEP_PARAMETERS = 1.5e6;

interface ProgressOptions {
  readonly samples: number;
  readonly alreadyCommitted: number;
  readonly totalWeight: number;
  readonly stream: NodeJS.WriteStream;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

/** A bar on a terminal; elsewhere one line every 10 s. */
export function openProgress(options: ProgressOptions): Progress {
  const { alreadyCommitted, stream, now } = options;
  let { samples, totalWeight } = options;
  const start = now();
  let done = alreadyCommitted;
  let tokens = 0;
  let weight = 0;
  let current = "loading";
  const payload = () => {
    const seconds = (now() - start) / 1000;
    const left = weight > 0 ? (seconds / weight) * (totalWeight - weight) : null;
    return {
      rate: weight > 0 ? `${Math.round(tokens / seconds)} tokens/s` : "- tokens/s",
      left: left === null ? "-" : duration(left),
      cell: current,
    };
  };
  const bar = new cliProgress.SingleBar({
    format: "{bar} {percentage}% | {value}/{total} samples | {rate} | {left} left | {cell}",
    stream,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
    hideCursor: true,
    etaBuffer: 1,
    linewrap: false,
    gracefulExit: false,
  });
  bar.start(samples, done, payload());
  return {
    extend(more, moreWeight) {
      samples += more;
      totalWeight += moreWeight;
      bar.setTotal(samples);
    },
    committed(count, newTokens, newWeight, cell) {
      done += count;
      tokens += newTokens;
      weight += newWeight;
      current = inLine(cell);
      bar.update(done, payload());
    },
    takenOver(count, lessWeight) {
      done += count;
      totalWeight -= lessWeight;
      bar.update(done, payload());
    },
    message(text) {
      stream.write(`${stream.isTTY ? "\r\x1b[K" : ""}${inTerminal(text)}\n`);
    },
    activity(text) {
      current = inLine(text);
      bar.update(done, payload());
    },
    stop: () => bar.stop(),
  };
}

/** 75 -> "1 min 15 s". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
