import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { childModule } from "./child-module.js";

/** A process that answers questions, each of which is a message; it ends when its parent releases it. */
export interface Forked<Question, Answer> {
  ask(question: Question): Promise<Answer>;
  /** Kills it at once; open questions are rejected. */
  end(): Promise<void>;
}

interface Asked<Question> {
  readonly id: number;
  readonly question: Question;
}

interface Answered<Answer> {
  readonly id: number;
  readonly answer: Answer;
}

/**
 * Starts a module from the caller's folder.
 *
 * @param name of the module, without its extension.
 * @param from `import.meta.url` of the caller.
 * @param stderr `ignore` if the caller itself reports what ends the process.
 */
export function forked<Question extends object, Answer>(
  name: string,
  from: string,
  stderr: "inherit" | "ignore" = "inherit",
): Forked<Question, Answer> {
  const child = fork(childModule(name, from), [], {
    execArgv: [],
    serialization: "advanced",
    stdio: ["inherit", "inherit", stderr, "ipc"],
    // In its own process group, so that the parent decides what a Ctrl-C in the terminal means. It ends with its parent.
    detached: process.platform !== "win32",
  });
  return { ...conversation<Question, Answer>(child, name), end: () => end(child) };
}

/** Answers each question in the module of a forked process; a question may start before the last one is answered. */
export function answerParent<Question, Answer>(
  respond: (question: Question) => Answer | Promise<Answer>,
): void {
  if (process.send === undefined) throw new Error("this module is started as a child process");
  process.on("message", async (message) => {
    const { id, question } = message as Asked<Question>;
    const answer: Answered<Answer> = { id, answer: await respond(question) };
    // A parent that has disconnected in the meantime needs no answer.
    process.send?.(answer, () => {});
  });
}

function conversation<Question, Answer>(
  child: ChildProcess,
  name: string,
): Pick<Forked<Question, Answer>, "ask"> {
  const open = new Map<number, { resolve: (answer: Answer) => void; reject: (cause: Error) => void }>();
  let asked = 0;
  let ended: Error | null = null;
  child.on("message", (message) => {
    const { id, answer } = message as Answered<Answer>;
    open.get(id)?.resolve(answer);
    open.delete(id);
  });
  child.on("exit", (code, signal) => {
    ended = new Error(`the process ${name} ended before it answered: ${signal ?? code}`);
    for (const { reject } of open.values()) reject(ended);
    open.clear();
  });
  return {
    ask(question) {
      if (ended !== null) return Promise.reject(ended);
      const id = asked++;
      const answer = new Promise<Answer>((resolve, reject) => open.set(id, { resolve, reject }));
      child.send({ id, question } satisfies Asked<Question>, (cause) => {
        if (cause === null) return;
        open.get(id)?.reject(new Error(`the process ${name} cannot be asked: ${cause.message}`));
        open.delete(id);
      });
      return answer;
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  // Killed, since a `disconnect` in the middle of an answer never ends: Node waits for a message that it then drops.
  child.kill("SIGKILL");
  await exited;
}
