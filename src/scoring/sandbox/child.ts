/** The process that runs model-written Python: started by fork with the interpreter's path, answers one request at a time. */
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";

import { Interpreter } from "./interpreter.js";
import { type FromChild, isToChild } from "./messages.js";

const CHECK_MS = 500;
/**
 * Bytes, roughly, that a function runs before it is compiled again for speed: ten times V8's own number, which the start
 * alone passes so often that it spends half of its processor time on compiling what hardly runs again.
 */
const TIERING_BUDGET = 18_000_000;

/** Kills this process once its parent is gone, also while a program runs and the event loop stands still. */
const WATCHDOG = `
  const parent = process.ppid;
  setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, "SIGKILL"); }, ${CHECK_MS});
`;

function send(message: FromChild): void {
  process.send?.(message);
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function main(path: string): Promise<void> {
  new Worker(new URL(`data:text/javascript,${encodeURIComponent(WATCHDOG)}`), { execArgv: [] }).unref();
  process.on("disconnect", () => process.exit());
  setFlagsFromString(`--wasm-tiering-budget=${TIERING_BUDGET}`);
  const interpreter = await Interpreter.boot(path);
  process.on("message", (message: unknown) => {
    if (!isToChild(message)) throw new Error("the sandbox process was sent an unknown message");
    let last: string | null = null;
    const ending = interpreter.call(message.request, (text) => {
      if (message.keep === "every") send({ kind: "wrote", id: message.id, text });
      else last = text;
    });
    send({ kind: "ended", id: message.id, cpu: cpuSeconds(), ending, last });
  });
  send({ kind: "ready", cpu: cpuSeconds() });
}

await main(process.argv[2] ?? "");
