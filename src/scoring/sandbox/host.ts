import { ConsoleStdout, File, OpenFile, WASI, WASIProcExit } from "@bjorn3/browser_wasi_shim";

/** One write to descriptor 1, or null where it was too long to keep. */
export type OnWrite = (text: string | null) => void;

const WRITE_LIMIT = 1 << 20;
const CLOCK_START = 1_750_000_000_000_000_000n;
/** Every reading of the clock advances it by this many nanoseconds, so that a program waiting for a time terminates. */
const CLOCK_TICK = 100_000n;
const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;
const CLOCK_EVENT = 0;
const ABSOLUTE = 1;

/** The state of a host that programs can change. */
export interface HostState {
  readonly now: bigint;
  readonly random: number;
}

/**
 * The interpreter's environment: standard input, a descriptor 1 that goes to `onWrite`, a descriptor 2 that goes
 * nowhere, and a clock and a source of randomness that are the same in every run. No files, sockets, processes or environment.
 */
export class Host {
  readonly #wasi: WASI;
  readonly imports: Record<string, (...args: never[]) => unknown>;
  #memory: WebAssembly.Memory | null = null;
  #now = CLOCK_START;
  #random = 0x2545f491;
  #onWrite: OnWrite = () => {};
  /** Called once, on the next reading of the clock. */
  #onClock: (() => void) | null = null;

  constructor() {
    this.#wasi = new WASI(["python", "-I", "-S", "-B", "-"], [], [], { debug: false });
    this.imports = {
      ...this.#wasi.wasiImport,
      clock_time_get: (_id: number, _precision: bigint, result: number) => this.#clock(result),
      poll_oneoff: (first: number, events: number, count: number, done: number) =>
        this.#poll(first, events, count, done),
      random_get: (start: number, length: number) => this.#randomBytes(start, length),
    };
  }

  get state(): HostState {
    return { now: this.#now, random: this.#random };
  }

  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
    this.#wasi.inst = { exports: { memory } };
  }

  /** Sets what a program finds; without `state`, the beginning. */
  begin(input: Uint8Array, onWrite: OnWrite, state?: HostState): void {
    this.#onWrite = onWrite;
    if (state !== undefined) {
      this.#now = state.now;
      this.#random = state.random;
    }
    const decoder = new TextDecoder();
    this.#wasi.fds = [
      new OpenFile(new File(input)),
      new ConsoleStdout((bytes) =>
        this.#onWrite(bytes.byteLength > WRITE_LIMIT ? null : decoder.decode(bytes)),
      ),
      new ConsoleStdout(() => {}),
    ];
  }

  onNextClock(callback: () => void): void {
    this.#onClock = callback;
  }

  #view(): DataView {
    if (this.#memory === null) throw new Error("the host has no interpreter attached");
    return new DataView(this.#memory.buffer);
  }

  #clock(result: number): number {
    const callback = this.#onClock;
    this.#onClock = null;
    callback?.();
    this.#now += CLOCK_TICK;
    this.#view().setBigUint64(result, this.#now, true);
    return 0;
  }

  /** Waiting takes no time: the clock is advanced instead. */
  #poll(first: number, events: number, count: number, done: number): number {
    const view = this.#view();
    for (let index = 0; index < count; index += 1) {
      const subscription = first + index * SUBSCRIPTION_BYTES;
      const kind = view.getUint8(subscription + 8);
      if (kind === CLOCK_EVENT) {
        const timeout = view.getBigUint64(subscription + 24, true);
        const absolute = (view.getUint16(subscription + 40, true) & ABSOLUTE) !== 0;
        const until = absolute ? timeout : this.#now + timeout;
        if (until > this.#now) this.#now = BigInt.asUintN(63, until);
      }
      const event = events + index * EVENT_BYTES;
      view.setBigUint64(event, view.getBigUint64(subscription, true), true);
      view.setUint16(event + 8, 0, true);
      view.setUint8(event + 10, kind);
    }
    view.setUint32(done, count, true);
    return 0;
  }

  /** xorshift32 (Marsaglia, 2003): programs that draw at random draw the same in every run. */
  #randomBytes(start: number, length: number): number {
    const view = this.#view();
    for (let index = 0; index < length; index += 1) {
      this.#random ^= this.#random << 13;
      this.#random ^= this.#random >>> 17;
      this.#random ^= this.#random << 5;
      view.setUint8(start + index, this.#random & 0xff);
    }
    return 0;
  }
}

export function isExit(error: unknown): error is WASIProcExit {
  return error instanceof WASIProcExit;
}
