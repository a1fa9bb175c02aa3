import type { PythonTask } from "../config/experiment.js";
import type { Judgement, PythonSandbox } from "./sandbox/python-sandbox.js";

/** What is wrong with a task, one sentence each: its reference solution has to pass and every wrong one has to fail. */
export async function checkTask(sandbox: PythonSandbox, task: PythonTask): Promise<readonly string[]> {
  const [reference, ...wrong] = await sandbox.judge(task, [task.reference, ...task.wrong]);
  const problems: string[] = [];
  if (reference !== undefined && reference.kind !== "passed") {
    problems.push(`task ${task.id}: its reference solution does not pass: ${told(reference)}`);
  }
  for (const [index, judgement] of wrong.entries()) {
    const which = `task ${task.id}: its wrong solution ${index + 1} of ${wrong.length}`;
    if (judgement.kind === "passed") problems.push(`${which} passes every case: add a case that it fails`);
    if (judgement.kind === "unscored") problems.push(`${which} could not be run: ${judgement.reason}`);
  }
  return problems;
}

function told(judgement: Exclude<Judgement, { kind: "passed" }>): string {
  return judgement.kind === "failed" ? `${judgement.failure}: ${judgement.detail}` : judgement.reason;
}
