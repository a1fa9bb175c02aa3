import { readFile } from "node:fs/promises";
import { Host, type HostState, isExit, type OnWrite } from "./host.js";
import { withSnapshotExports } from "./interpreter-binary.js";
import { RUNNER } from "./runner.js";

const PAGE = 65536;
const STACK_GUARD = 4096;

/** How a call of the interpreter ended. `trapped` is a fault of the interpreter; `overflow` a stack used up by the program. */
export type Ending =
  | { readonly kind: "returned" }
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "overflow" }
  | { readonly kind: "trapped"; readonly detail: string };

/** The state of an interpreter that has run RUNNER and waits at `_serve`: everything that a WebAssembly instance can change. */
interface Snapshot {
  readonly memory: Uint8Array;
  readonly stackPointer: number;
  /** Address of the command that enters `_serve`. */
  readonly command: number;
  readonly host: HostState;
}

interface Instance {
  readonly host: Host;
  readonly memory: WebAssembly.Memory;
  readonly stackPointer: WebAssembly.Global;
  readonly start: () => unknown;
  readonly runString: (command: number, flags: number) => unknown;
}

class SnapshotTaken extends Error {}

/**
 * CPython on WASI. It is initialised once; each call starts from a copy of that state (memory and stack pointer, which
 * is all the state an instance has), so nothing that one program does can reach the next.
 */
export class Interpreter {
  #instance: Instance | null = null;

  private constructor(
    private readonly module: WebAssembly.Module,
    private readonly snapshot: Snapshot,
  ) {}

  static async boot(path: string): Promise<Interpreter> {
    const module = await WebAssembly.compile(new Uint8Array(withSnapshotExports(await readFile(path))));
    return new Interpreter(module, takeSnapshot(module));
  }

  /** Runs the runner's `_serve` on a request; what it writes to descriptor 1 goes to `onWrite`. */
  call(request: string, onWrite: OnWrite): Ending {
    const instance = this.#instance ?? this.#fresh();
    const { memory, stackPointer, command, host } = this.snapshot;
    new Uint8Array(instance.memory.buffer).set(memory);
    instance.stackPointer.value = stackPointer;
    instance.host.begin(new TextEncoder().encode(request), onWrite, host);
    const ending = attempt(instance, command);
    // A memory that grew cannot shrink, and a trap leaves doubt: the next call gets a new instance.
    const reusable = ending.kind === "returned" || ending.kind === "exited";
    this.#instance = reusable && instance.memory.buffer.byteLength === memory.length ? instance : null;
    return ending;
  }

  #fresh(): Instance {
    const instance = instantiate(this.module);
    const missing = this.snapshot.memory.length - instance.memory.buffer.byteLength;
    if (missing > 0) instance.memory.grow(missing / PAGE);
    return instance;
  }
}

/** Starts an interpreter on RUNNER and copies its state at the look at the clock that follows RUNNER's report. */
function takeSnapshot(module: WebAssembly.Module): Snapshot {
  const instance = instantiate(module);
  const { host, memory, stackPointer } = instance;
  let snapshot: Snapshot | undefined;
  host.begin(new TextEncoder().encode(RUNNER), (text) => {
    const command = commandAddress(text);
    host.onNextClock(() => {
      snapshot = {
        memory: new Uint8Array(memory.buffer).slice(),
        stackPointer: stackPointer.value,
        command,
        host: host.state,
      };
      throw new SnapshotTaken();
    });
  });
  try {
    instance.start();
  } catch (error) {
    if (!(error instanceof SnapshotTaken)) throw error;
  }
  if (snapshot === undefined) throw new Error("the interpreter ended before its runner was ready");
  return snapshot;
}

function commandAddress(text: string | null): number {
  const report: unknown = JSON.parse(text ?? "null");
  if (
    typeof report === "object" &&
    report !== null &&
    "command" in report &&
    typeof report.command === "number"
  ) {
    return report.command;
  }
  throw new Error(`the runner reported ${text}, expected the address of its command`);
}

function attempt({ runString, stackPointer }: Instance, command: number): Ending {
  try {
    runString(command, 0);
    return { kind: "returned" };
  } catch (error) {
    if (isExit(error)) return { kind: "exited", code: error.code };
    // The binary's stack lies at the bottom of its memory: a stack pointer below 0 is an overflow, and the trap follows.
    const overflow =
      error instanceof RangeError ? /stack/i.test(error.message) : stackPointer.value < STACK_GUARD;
    if (overflow) return { kind: "overflow" };
    return { kind: "trapped", detail: String(error) };
  }
}

function instantiate(module: WebAssembly.Module): Instance {
  const host = new Host();
  const { exports } = new WebAssembly.Instance(module, { wasi_snapshot_preview1: host.imports });
  const { memory, stack_pointer: stackPointer, _start: start, run_string: runString } = exports;
  if (
    !(memory instanceof WebAssembly.Memory) ||
    !(stackPointer instanceof WebAssembly.Global) ||
    typeof start !== "function" ||
    typeof runString !== "function"
  ) {
    throw new Error("python.wasm lacks one of the exports memory, stack_pointer, _start, run_string");
  }
  host.attach(memory);
  return {
    host,
    memory,
    stackPointer,
    start: () => start(),
    runString: (command, flags) => runString(command, flags),
  };
}
