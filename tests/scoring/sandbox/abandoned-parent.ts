/** Starts a sandbox process on a program without end, says its process id, and waits to be killed. */
import { locateInterpreter } from "../../../src/scoring/sandbox/interpreter-binary.js";
import { InterpreterProcess } from "../../../src/scoring/sandbox/interpreter-process.js";

const limits = { cpuSeconds: 600, wallSeconds: 600, memoryPages: 512 };
const started = await InterpreterProcess.start(await locateInterpreter(), limits);
const source = "def f():\n    while True:\n        pass";
void started.call(JSON.stringify({ kind: "run", source, function: "f", calls: [[]] }), "last");
process.stdout.write(`${started.pid}\n`);
