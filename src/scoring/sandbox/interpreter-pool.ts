import { type CallOutcome, type InterpreterLimits, InterpreterProcess } from "./interpreter-process.js";
import { failed, type Program, type ProgramOutcome } from "./program.js";
import { outcomeOfReport } from "./program-report.js";
import { parseVerdict } from "./read-message.js";
import { toWire } from "./values/wire-value.js";

interface Job {
  readonly program: Program;
  readonly settle: (outcome: ProgramOutcome) => void;
  stage: "parse" | "run";
  /** Number of times that the machine failed it. */
  losses: number;
}

const PARSE_BATCH = 128;
const START_ATTEMPTS = 3;
/** Number of times that the machine may fail a program before it counts as lost. */
const MAX_LOSSES = 3;
/** Programs wait this long before another process is started for them: a start takes about as long. */
const GROW_AFTER_MS = 1_000;
const PROBE: Program = { source: "def f():\n    return 1\n", function: "f", calls: [[]] };

/**
 * Interpreter processes, of which all but the first are started when programs wait for them. They share three queues: programs to parse, many at a time in one interpreter (parsing executes
 * nothing); programs that define the required function, each run from a fresh state; and suspects, whose call did not
 * finish, each tried again alone.
 */
export class InterpreterPool {
  readonly #binary: string;
  readonly #limits: InterpreterLimits;
  readonly #toParse: Job[] = [];
  readonly #toRun: Job[] = [];
  readonly #suspects: Job[] = [];
  readonly #idle: (() => void)[] = [];
  readonly #processes = new Set<InterpreterProcess>();
  readonly #slots: Promise<void>[] = [];
  /** Slots that may still be opened. */
  #spare: number;
  #growing: NodeJS.Timeout | null = null;
  #closed = false;

  private constructor(binary: string, limits: InterpreterLimits, workers: number) {
    this.#binary = binary;
    this.#limits = limits;
    this.#spare = workers;
  }

  /** Rejects where the first process cannot start. */
  static async open(binary: string, limits: InterpreterLimits, workers: number): Promise<InterpreterPool> {
    const pool = new InterpreterPool(binary, limits, workers);
    pool.#openSlot(await pool.#start());
    return pool;
  }

  /** Never rejects: faults of the machinery are reported as `lost`. */
  run(program: Program): Promise<ProgramOutcome> {
    return new Promise((settle) => {
      if (this.#closed) return settle(CLOSED);
      this.#toParse.push({ program, settle, stage: "parse", losses: 0 });
      this.#wake();
    });
  }

  /** Kills the processes; waiting programs are reported as lost. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#growing !== null) clearTimeout(this.#growing);
    for (const wake of this.#idle.splice(0)) wake();
    await Promise.all([...this.#processes].map((process) => process.kill()));
    await Promise.all(this.#slots);
    this.#giveUp(CLOSED);
  }

  #giveUp(outcome: ProgramOutcome): void {
    for (const queue of [this.#toParse, this.#toRun, this.#suspects])
      for (const job of queue.splice(0)) job.settle(outcome);
  }

  /** Wakes an idle slot, or opens another one where none has become idle after a while. */
  #wake(): void {
    const wake = this.#idle.shift();
    if (wake !== undefined) wake();
    else if (this.#spare > 0) this.#growing ??= setTimeout(() => this.#grow(), GROW_AFTER_MS);
  }

  #grow(): void {
    this.#growing = null;
    if (this.#waiting() === 0) return;
    this.#openSlot(null);
    if (this.#spare > 0) this.#growing = setTimeout(() => this.#grow(), GROW_AFTER_MS);
  }

  #openSlot(process: InterpreterProcess | null): void {
    this.#spare -= 1;
    this.#slots.push(this.#serve(process));
  }

  #waiting(): number {
    return this.#toParse.length + this.#toRun.length + this.#suspects.length;
  }

  async #start(): Promise<InterpreterProcess> {
    const process = await InterpreterProcess.start(this.#binary, this.#limits);
    this.#processes.add(process);
    if (this.#closed) await process.kill();
    return process;
  }

  /** One slot: a process that works through the queues, replaced when it is killed or dies. Null: not started yet. */
  async #serve(first: InterpreterProcess | null): Promise<void> {
    let process = first;
    for (;;) {
      await this.#work();
      if (this.#closed) return;
      if (process === null || !process.alive) {
        if (process !== null) this.#processes.delete(process);
        process = await this.#restart();
        if (process === null && this.#processes.size > 0) {
          // The others go on; this slot is opened again if programs still wait.
          this.#spare += 1;
          return;
        }
        if (process === null) continue;
      }
      const suspect = this.#suspects.shift();
      const batch = suspect === undefined ? this.#toParse.splice(0, PARSE_BATCH) : [];
      const job = suspect === undefined && batch.length === 0 ? this.#toRun.shift() : undefined;
      if (suspect !== undefined) await this.#tryAlone(process, suspect);
      else if (batch.length > 0) await this.#parse(process, batch, false);
      else if (job !== undefined) await this.#run(process, job, false);
    }
  }

  /** Resolves when there is something to do, or the pool is closed. */
  async #work(): Promise<void> {
    while (!this.#closed && this.#waiting() === 0) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  /** A new process; null if none starts, in which case all waiting programs are lost unless there are other processes. */
  async #restart(): Promise<InterpreterProcess | null> {
    let reason = "";
    for (let attempt = 0; attempt < START_ATTEMPTS && !this.#closed; attempt += 1) {
      try {
        return await this.#start();
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
    if (this.#processes.size === 0) this.#giveUp({ kind: "lost", reason });
    return null;
  }

  async #parse(process: InterpreterProcess, batch: readonly Job[], alone: boolean): Promise<void> {
    const programs = batch.map(({ program }) => ({ source: program.source, function: program.function }));
    let parsed = 0;
    const outcome = await process.call(JSON.stringify({ kind: "parse", programs }), "every", (text) => {
      const job = batch[parsed];
      parsed += 1;
      if (job !== undefined) this.#sort(job, parseVerdict(text));
    });
    const [culprit, ...others] = batch.slice(parsed);
    if (culprit === undefined) return;
    this.#toParse.unshift(...others);
    if (outcome.kind === "lost") this.#lose(culprit, outcome.reason);
    else if (alone) culprit.settle(stoppedBy(outcome));
    else this.#suspects.push(culprit);
  }

  /** Puts a parsed program where it belongs. */
  #sort(job: Job, verdict: string | null): void {
    if (verdict === "defines") {
      job.stage = "run";
      this.#toRun.push(job);
      this.#wake();
    } else if (verdict === "lacks") {
      job.settle(failed("no function", `the program does not define ${job.program.function}`));
    } else {
      job.settle(failed("syntax error", verdict ?? ""));
    }
  }

  async #run(process: InterpreterProcess, job: Job, alone: boolean): Promise<void> {
    const outcome = await runProgram(process, job.program);
    if (outcome.kind === "lost") this.#lose(job, outcome.reason);
    else if (outcome.kind === "failed" && outcome.failure === "crashed" && !alone) this.#suspects.push(job);
    else job.settle(outcome);
  }

  /** A program that ends the interpreter again, just after a sound program ran there, is to blame. */
  async #tryAlone(process: InterpreterProcess, job: Job): Promise<void> {
    const probe = await runProgram(process, PROBE);
    if (probe.kind !== "results") {
      await process.kill();
      this.#lose(job, `a sound program did not run: ${probe.kind === "lost" ? probe.reason : probe.detail}`);
    } else if (job.stage === "parse") await this.#parse(process, [job], true);
    else await this.#run(process, job, true);
  }

  /** The machine failed a program: tries it again, or gives up. */
  #lose(job: Job, reason: string): void {
    job.losses += 1;
    if (job.losses < MAX_LOSSES && !this.#closed) this.#suspects.push(job);
    else job.settle({ kind: "lost", reason: `the sandbox process was lost: ${reason}` });
  }
}

const CLOSED: ProgramOutcome = Object.freeze({ kind: "lost", reason: "the sandbox was closed" });

async function runProgram(process: InterpreterProcess, program: Program): Promise<ProgramOutcome> {
  const { source, function: name, calls } = program;
  const request = JSON.stringify({ kind: "run", source, function: name, calls: toWire(calls) });
  const outcome = await process.call(request, "last");
  if (outcome.kind === "lost") return outcome;
  const done = outcome.kind === "ended" && ["returned", "exited"].includes(outcome.ended.ending.kind);
  return done ? outcomeOfReport(outcome.ended.last, name, calls.length) : stoppedBy(outcome);
}

/** The outcome of a program that stopped its call before the end. */
function stoppedBy(outcome: Exclude<CallOutcome, { kind: "lost" }>): ProgramOutcome {
  if (outcome.kind === "timeout") return failed("timeout", "it ran past the limit of processor time");
  if (outcome.kind === "crashed")
    return failed("crashed", `it ends the interpreter's process: ${outcome.detail}`);
  const { ending } = outcome.ended;
  switch (ending.kind) {
    case "overflow":
      return failed("stack overflow", "it used up the interpreter's stack");
    case "trapped":
      return failed("crashed", `it stops the interpreter: ${ending.detail}`);
    default:
      return failed("exited", "it left before its results were out");
  }
}
