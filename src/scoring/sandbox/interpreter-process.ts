import { type ChildProcess, fork } from "node:child_process";
import { childModule } from "../../util/child-module.js";
import { cpuSeconds } from "./cpu-time.js";
import type { Ended, FromChild, ToChild } from "./messages.js";
import { fromChildSchema } from "./read-message.js";

export interface InterpreterLimits {
  /** Processor seconds of one call. */
  readonly cpuSeconds: number;
  /** Wall-clock seconds of one call: the limit where processor time is not known. */
  readonly wallSeconds: number;
  /** Pages of 64 KiB an interpreter may have. */
  readonly memoryPages: number;
}

/**
 * The outcome of a call. `crashed` is a death that the program itself can cause; `lost` is a fault of the machine: the
 * process was killed from outside (for lack of memory, for example) or got no processor time.
 */
export type CallOutcome =
  | { readonly kind: "ended"; readonly ended: Ended }
  | { readonly kind: "timeout" }
  | Death;

type Death =
  | { readonly kind: "crashed"; readonly detail: string }
  | { readonly kind: "lost"; readonly reason: string };

const START_SECONDS = 120;
/** Starts of a process that an interrupt ends before it is ready. */
const MOST_STARTS = 10;
/** Signals that a process can cause itself. */
const OWN_SIGNALS: ReadonlySet<string> = new Set([
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGILL",
  "SIGSEGV",
  "SIGTRAP",
]);
const STDERR_KEPT = 2000;

/** A forked process with an interpreter in it. It takes one call at a time and is killed when a call runs past its limit. */
export class InterpreterProcess {
  readonly #child: ChildProcess;
  readonly #limits: InterpreterLimits;
  #stderr = "";
  #cpu = 0;
  #calls = 0;
  #alive = true;
  #receive: (message: FromChild) => void = () => {};
  #gone: (death: Death) => void = () => {};

  private constructor(child: ChildProcess, limits: InterpreterLimits) {
    this.#child = child;
    this.#limits = limits;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    child.on("message", (message: unknown) => {
      const parsed = fromChildSchema.safeParse(message);
      if (parsed.success) this.#receive(parsed.data);
      else void this.#end({ kind: "crashed", detail: "it sent a message that is none" });
    });
    child.on("error", (error) => void this.#end(lost(error.message)));
    child.on("exit", (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
      const detail = `it ended with ${how}${this.#stderr === "" ? "" : `: ${this.#stderr.trim()}`}`;
      void this.#end(signal === null || OWN_SIGNALS.has(signal) ? { kind: "crashed", detail } : lost(detail));
    });
  }

  /** Rejects where the process cannot start or does not get ready. */
  static async start(binary: string, limits: InterpreterLimits): Promise<InterpreterProcess> {
    for (let starts = 1; ; starts += 1) {
      const started = new InterpreterProcess(forkChild(binary, limits), limits);
      try {
        await started.#ready();
        return started;
      } catch (cause) {
        // A terminal's Ctrl-C reaches a forked process that does not have its own group yet.
        if (started.#child.signalCode !== "SIGINT" || starts === MOST_STARTS) throw cause;
      }
    }
  }

  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => void this.#end(lost(`it was not ready after ${START_SECONDS} s`)),
        START_SECONDS * 1000,
      );
      this.#gone = (death) => {
        clearTimeout(late);
        const how = death.kind === "lost" ? death.reason : death.detail;
        reject(new Error(`the sandbox process did not start: ${how}`));
      };
      this.#receive = (message) => {
        if (message.kind !== "ready") return;
        clearTimeout(late);
        this.#cpu = message.cpu;
        resolve();
      };
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Runs one request; with `keep: "every"` each write comes to `onWrite` as it is made. Never rejects. */
  call(
    request: string,
    keep: ToChild["keep"],
    onWrite: (text: string | null) => void = () => {},
  ): Promise<CallOutcome> {
    this.#calls += 1;
    const id = this.#calls;
    return new Promise((resolve) => {
      const begun = performance.now();
      let timer: NodeJS.Timeout;
      let settled = false;
      const settle = (outcome: CallOutcome) => {
        settled = true;
        clearTimeout(timer);
        this.#receive = () => {};
        this.#gone = () => {};
        resolve(outcome);
      };
      const check = async () => {
        const used = await this.#cpuSince();
        const wall = (performance.now() - begun) / 1000;
        if (settled) return;
        const overWall = wall >= this.#limits.wallSeconds;
        if (used !== null && used >= this.#limits.cpuSeconds) await stop({ kind: "timeout" });
        else if (used === null && overWall) await stop({ kind: "timeout" });
        else if (overWall) await stop(lost(starved(wall, used ?? 0)));
        else timer = setTimeout(() => void check(), this.#pause(used, wall));
      };
      const stop = async (outcome: CallOutcome) => {
        settle(outcome);
        await this.kill();
      };
      this.#gone = settle;
      this.#receive = (message) => {
        if (message.kind === "ready" || message.id !== id) return;
        if (message.kind === "wrote") onWrite(message.text);
        else {
          this.#cpu = message.cpu;
          settle({ kind: "ended", ended: message });
        }
      };
      timer = setTimeout(() => void check(), this.#limits.cpuSeconds * 1000);
      const message: ToChild = { id, request, keep };
      if (!this.#alive) settle(lost("it had ended before the call"));
      else this.#child.send(message, (error) => error !== null && void this.#end(lost(error.message)));
    });
  }

  /** Ends the process at once; resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#end(lost("it was killed"));
  }

  async #end(death: Death): Promise<void> {
    const first = this.#alive;
    this.#alive = false;
    if (first) this.#gone(death);
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const exited = new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
    this.#child.kill("SIGKILL");
    await exited;
  }

  /** Processor seconds since the last message that reported them. */
  async #cpuSince(): Promise<number | null> {
    const { pid } = this.#child;
    const now = pid === undefined ? null : await cpuSeconds(pid);
    return now === null ? null : now - this.#cpu;
  }

  /** Milliseconds until the limits should be checked again. */
  #pause(used: number | null, wall: number): number {
    const toWall = this.#limits.wallSeconds - wall;
    const left = used === null ? toWall : Math.min(toWall, this.#limits.cpuSeconds - used);
    return Math.max(20, left * 1000);
  }
}

function lost(reason: string): Death {
  return { kind: "lost", reason };
}

function starved(wall: number, used: number): string {
  return `it got ${used.toFixed(1)} s of processor time in ${wall.toFixed(1)} s: the machine is too busy`;
}

function forkChild(binary: string, limits: InterpreterLimits): ChildProcess {
  return fork(childModule("child", import.meta.url), [binary], {
    env: {},
    // In its own process group, so that the parent decides what a Ctrl-C in the terminal means.
    detached: true,
    execArgv: [`--wasm-max-mem-pages=${limits.memoryPages}`, "--disallow-code-generation-from-strings"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "json",
  });
}
