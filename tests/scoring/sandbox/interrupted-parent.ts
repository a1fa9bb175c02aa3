/** Opens a sandbox and judges a program in it; a Ctrl-C is only noted, as by a run that finishes what is under way. */
import { openPythonSandbox } from "../../../src/scoring/sandbox/python-sandbox.js";

process.on("SIGINT", () => process.stdout.write("interrupted\n"));
process.stdout.write("starting\n");
const sandbox = await openPythonSandbox({ workers: 1 });
const cases = [{ args: [1], value: 2 }];
const task = { id: "f", messages: [], function: "f", cases, reference: "", wrong: [] };
const [judgement] = await sandbox.judge(task, ["def f(n):\n    return n + 1"]);
process.stdout.write(`${judgement?.kind}\n`);
await sandbox.close();
// Node gives up its signal handlers as it exits: the process stays until nobody signals it any more.
for await (const _ of process.stdin);
