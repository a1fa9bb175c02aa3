import { type CallOutcome, type InterpreterLimits, InterpreterProcess } from "./interpreter-process.js";
import { failed, type Program, type ProgramOutcome } from "./program.js";
import { outcomeOfReport } from "./program-report.js";

interface Job {
  readonly program: Program;
  readonly settle: (outcome: ProgramOutcome) => void;
  /** How often a call with this program in it went wrong in a way that may not be its own. */
  faults: number;
}

const PARSE_BATCH = 128;
const START_ATTEMPTS = 3;

/**
 * Interpreter processes that share two queues: programs to parse, many at a time in one interpreter (parsing executes
 * nothing), and programs that define the function asked for, each run from a fresh state.
 */
export class InterpreterPool {
  readonly #binary: string;
  readonly #limits: InterpreterLimits;
  readonly #toParse: Job[] = [];
  readonly #toRun: Job[] = [];
  readonly #idle: (() => void)[] = [];
  readonly #processes = new Set<InterpreterProcess>();
  #slots: Promise<void>[] = [];
  #closed = false;

  private constructor(binary: string, limits: InterpreterLimits) {
    this.#binary = binary;
    this.#limits = limits;
  }

  /** Rejects where the processes cannot start. */
  static async open(binary: string, limits: InterpreterLimits, workers: number): Promise<InterpreterPool> {
    const pool = new InterpreterPool(binary, limits);
    const starts = await Promise.allSettled(Array.from({ length: workers }, () => pool.#start()));
    const failure = starts.find((start) => start.status === "rejected");
    if (failure !== undefined) {
      await pool.close();
      throw failure.reason;
    }
    pool.#slots = starts.flatMap((start) => (start.status === "fulfilled" ? [pool.#serve(start.value)] : []));
    return pool;
  }

  /** Never rejects: faults of the machinery come as `lost`. */
  run(program: Program): Promise<ProgramOutcome> {
    return new Promise((settle) => {
      if (this.#closed) return settle({ kind: "lost", reason: "the sandbox was closed" });
      this.#toParse.push({ program, settle, faults: 0 });
      this.#idle.shift()?.();
    });
  }

  /** Kills the processes; what waits is settled as lost. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const wake of this.#idle.splice(0)) wake();
    await Promise.all([...this.#processes].map((process) => process.kill()));
    await Promise.all(this.#slots);
    for (const job of [...this.#toParse.splice(0), ...this.#toRun.splice(0)]) {
      job.settle({ kind: "lost", reason: "the sandbox was closed" });
    }
  }

  async #start(): Promise<InterpreterProcess> {
    const process = await InterpreterProcess.start(this.#binary, this.#limits);
    this.#processes.add(process);
    if (this.#closed) await process.kill();
    return process;
  }

  /** One slot: a process that works through the queues, replaced when it is killed or dies. */
  async #serve(first: InterpreterProcess): Promise<void> {
    let process: InterpreterProcess | null = first;
    for (;;) {
      await this.#work();
      if (this.#closed) return;
      if (process === null || !process.alive) {
        if (process !== null) this.#processes.delete(process);
        process = await this.#restart();
        if (process === null) continue;
      }
      const batch = this.#takeBatch();
      const job = batch.length === 0 ? this.#toRun.shift() : undefined;
      if (batch.length > 0) await this.#parse(process, batch);
      else if (job !== undefined) await this.#run(process, job);
    }
  }

  /** Resolves when there is something to do, or the pool is closed. */
  async #work(): Promise<void> {
    while (!this.#closed && this.#toParse.length === 0 && this.#toRun.length === 0) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  /** A new process; null where none starts, and then whatever waits is lost. */
  async #restart(): Promise<InterpreterProcess | null> {
    let reason = "";
    for (let attempt = 0; attempt < START_ATTEMPTS && !this.#closed; attempt += 1) {
      try {
        return await this.#start();
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
    for (const job of [...this.#toParse.splice(0), ...this.#toRun.splice(0)])
      job.settle({ kind: "lost", reason });
    return null;
  }

  /** Programs that are parsed together; one that stopped a parse before is parsed alone. */
  #takeBatch(): Job[] {
    const [first] = this.#toParse;
    if (first === undefined) return [];
    if (first.faults > 0) return this.#toParse.splice(0, 1);
    const suspect = this.#toParse.findIndex((job) => job.faults > 0);
    return this.#toParse.splice(0, suspect < 0 ? PARSE_BATCH : Math.min(suspect, PARSE_BATCH));
  }

  async #parse(process: InterpreterProcess, batch: readonly Job[]): Promise<void> {
    const programs = batch.map(({ program }) => ({ source: program.source, function: program.function }));
    let parsed = 0;
    const outcome = await process.call(JSON.stringify({ kind: "parse", programs }), "every", (text) => {
      const job = batch[parsed];
      parsed += 1;
      if (job !== undefined) this.#sort(job, text);
    });
    const [culprit, ...others] = batch.slice(parsed);
    if (culprit === undefined) return;
    this.#toParse.unshift(...others);
    culprit.faults += 1;
    if (culprit.faults > 1) culprit.settle(unfinished(outcome));
    else this.#toParse.push(culprit);
  }

  /** Puts a parsed program where it belongs. */
  #sort(job: Job, verdict: string | null): void {
    if (verdict === '"defines"') {
      job.faults = 0;
      this.#toRun.push(job);
      this.#idle.shift()?.();
    } else if (verdict === '"lacks"') {
      job.settle(failed("no function", `the program does not define ${job.program.function}`));
    } else {
      job.settle(failed("syntax error", verdict === null ? "" : String(JSON.parse(verdict))));
    }
  }

  async #run(process: InterpreterProcess, job: Job): Promise<void> {
    const { source, function: name, calls } = job.program;
    const request = JSON.stringify({ kind: "run", source, function: name, calls });
    const outcome = await process.call(request, "last");
    if (
      outcome.kind === "ended" &&
      (outcome.ended.ending.kind === "exited" || outcome.ended.ending.kind === "returned")
    ) {
      return job.settle(outcomeOfReport(outcome.ended.last, name, calls.length));
    }
    const final = unfinished(outcome);
    job.faults += 1;
    // What is not the program's own doing is tried once more, in a fresh instance.
    if (final.kind === "lost" && job.faults < 2 && !this.#closed) this.#toRun.unshift(job);
    else job.settle(final);
  }
}

/** What to say of a program whose call did not come to its end. */
function unfinished(outcome: CallOutcome): ProgramOutcome {
  if (outcome.kind === "timeout") return failed("timeout", "it ran past the limit of processor time");
  if (outcome.kind === "lost") return outcome;
  const { ending } = outcome.ended;
  switch (ending.kind) {
    case "overflow":
      return failed("stack overflow", "it used up the interpreter's stack");
    case "trapped":
      return { kind: "lost", reason: `the interpreter trapped twice: ${ending.detail}` };
    default:
      return failed("exited", "it left before its results were out");
  }
}
