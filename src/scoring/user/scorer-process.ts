import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { killGroup } from "../../util/kill-group.js";

/** Characters kept of what a process said last on its standard error. */
const MOST_STDERR = 2_000;

/** Reads the file once, and runs it only if it is the one that the config was read with. */
const BOOTSTRAP = `import hashlib, os, sys
path, sha256 = sys.argv[1:]
with open(path, "rb") as file:
    source = file.read()
if hashlib.sha256(source).hexdigest() != sha256:
    sys.exit("it is not the file any more that the experiment was read with")
sys.argv = [path]
sys.path.insert(0, os.path.dirname(path))
__file__ = path
exec(compile(source, path, "exec"))`;

export interface ScorerCommand {
  readonly python: string;
  /** Absolute. */
  readonly path: string;
  readonly sha256: string;
}

/** A process that is given one line of JSON at a time and answers each with one; what it starts ends with it. */
export class ScorerProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #exited: Promise<unknown>;
  #stderr = "";
  #ended: string | null = null;
  #waiting: { resolve: (line: string) => void; reject: (cause: Error) => void } | null = null;
  readonly #onExit = () => killGroup(this.#child, "SIGKILL");

  constructor({ python, path, sha256 }: ScorerCommand) {
    this.#child = spawn(python, ["-u", "-c", BOOTSTRAP, path, sha256], {
      cwd: dirname(path),
      stdio: ["pipe", "pipe", "pipe"],
      // In its own process group, which is killed as a whole; the terminal's Ctrl-C reaches the orchestrator alone.
      detached: process.platform !== "win32",
    });
    this.#exited = once(this.#child, "close").catch(() => {});
    this.#child.on("error", (cause) => this.#end(`could not be started (${cause.message})`));
    this.#child.on("close", (code, signal) =>
      this.#end(
        `${signal === null ? `exited with code ${code}` : `was ended by ${signal}`}${this.#lastWords()}`,
      ),
    );
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MOST_STDERR);
    });
    // A process that ends before it has read everything breaks the pipe; its exit says so.
    this.#child.stdin.on("error", () => {});
    createInterface({ input: this.#child.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
      this.#waiting?.resolve(line);
      this.#waiting = null;
    });
    process.once("exit", this.#onExit);
  }

  /**
   * The line that answers a message; one is asked after the other.
   *
   * @throws Error a clause about the process, where it ended or took more than `seconds`.
   */
  async ask(message: object, seconds: number): Promise<string> {
    if (this.#ended !== null) throw new Error(`it ${this.#ended}`);
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<string>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        timer = setTimeout(() => reject(new Error(`it gave no answer within ${seconds} s`)), seconds * 1_000);
        this.#child.stdin.write(`${JSON.stringify(message)}\n`);
      });
    } finally {
      clearTimeout(timer);
      this.#waiting = null;
    }
  }

  /** Ends it, with everything that it started. */
  async kill(): Promise<void> {
    process.removeListener("exit", this.#onExit);
    killGroup(this.#child, "SIGKILL");
    await this.#exited;
  }

  #end(how: string): void {
    this.#ended ??= how;
    this.#waiting?.reject(new Error(`it ${this.#ended}`));
    this.#waiting = null;
  }

  #lastWords(): string {
    const last = this.#stderr.trim().split("\n").at(-1) ?? "";
    return last === "" ? "" : ` (${last.trim()})`;
  }
}
