import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/** A process that answers one question at a time, each a message; it ends when its parent lets go of it. */
export interface Forked<Question, Answer> {
  ask(question: Question): Promise<Answer>;
  end(): Promise<void>;
}

/**
 * Starts a module beside the caller's own.
 *
 * @param name of the module, without its extension.
 * @param from `import.meta.url` of the caller.
 */
export function forked<Question extends object, Answer>(
  name: string,
  from: string,
): Forked<Question, Answer> {
  // Run from TypeScript sources (tests, development) the child needs the loader that the parent has.
  const fromSources = from.endsWith(".ts");
  const entry = fileURLToPath(new URL(`./${name}.${fromSources ? "ts" : "js"}`, from));
  const loader = fromSources
    ? ["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href]
    : [];
  const child = fork(entry, [], { execArgv: loader, serialization: "advanced" });
  return { ask: (question) => answer(child, name, question), end: () => end(child) };
}

/** What the module of a forked process does with each question. */
export function answerParent<Question, Answer>(respond: (question: Question) => Answer): void {
  if (process.send === undefined) throw new Error("this module is started as a child process");
  // A terminal sends SIGINT to all processes; what it means is the parent's to say.
  process.on("SIGINT", () => {});
  process.on("message", (question) => {
    process.send?.(respond(question as Question));
  });
}

function answer<Answer>(child: ChildProcess, name: string, question: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      child.off("message", onMessage).off("exit", onExit);
      act();
    };
    const onMessage = (message: unknown) => settle(() => resolve(message as Answer));
    const onExit = (code: number | null, signal: string | null) =>
      settle(() => reject(new Error(`the process ${name} ended before it answered: ${signal ?? code}`)));
    child.on("message", onMessage).on("exit", onExit);
    child.send(question, (cause) => {
      if (cause !== null)
        settle(() => reject(new Error(`the process ${name} cannot be asked: ${cause.message}`)));
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.disconnect();
  await exited;
}
