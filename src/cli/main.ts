import yargs from "yargs";
import { UserError } from "../config/user-error.js";
import { StoreDamaged } from "../store/store-damaged.js";
import { checkCommand } from "./check.js";
import type { CliContext } from "./context.js";
import { doctorCommand } from "./doctor.js";
import { experimentCommand } from "./experiment.js";
import { forecastCommand } from "./forecast.js";
import { methodsCommand } from "./methods.js";
import { planCommand } from "./plan.js";
import { reportCommand } from "./report.js";
import { reproduceCommand } from "./reproduce.js";
import { rescoreCommand } from "./rescore.js";
import { simulateCommand } from "./simulate.js";
import { windowCommand } from "./window.js";

/** A command line that yargs refuses. */
class UsageError extends UserError {}

/**
 * The command line. Exit codes: 0 done, 1 internal, 2 bad input or environment, 3 finished with quarantined samples,
 * 4 store damaged, 130 / 143 interrupted and resumable.
 *
 * @param root folder of the checkout: shipped configs, models, the worker and its environment lie under it.
 */
export async function main(args: readonly string[], root: string): Promise<void> {
  const context: CliContext = {
    root,
    cwd:
      process.env.npm_lifecycle_event === undefined ? process.cwd() : (process.env.INIT_CWD ?? process.cwd()),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
  };
  try {
    process.exitCode = await run(args, context);
  } catch (error) {
    process.exitCode = report(error, context);
  }
}

async function run(args: readonly string[], context: CliContext): Promise<number> {
  let exitCode = 0;
  const finish = (code: number) => {
    exitCode = code;
  };
  await yargs([...args])
    .scriptName("steering-window")
    .usage("How strongly can a language model be steered before it breaks?\n\n$0 <command>")
    .command(experimentCommand(context, finish))
    .command(planCommand(context))
    .command(reproduceCommand(context, finish))
    .command(reportCommand(context))
    .command(rescoreCommand(context))
    .command(windowCommand(context))
    .command(forecastCommand(context))
    .command(simulateCommand(context))
    .command(methodsCommand(context))
    .command(checkCommand(context, finish))
    .command(doctorCommand(context, finish))
    .demandCommand(1, "Name a command.")
    .strict()
    .recommendCommands()
    .wrap(Math.min(110, context.stderr.columns ?? 110))
    .version(false)
    .epilogue(
      "Text for people goes to stderr, results of --json to stdout. Ctrl-C once finishes the blocks under way; the same command goes on.",
    )
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(`${message} See steering-window --help.`);
    })
    .parseAsync();
  return exitCode;
}

function report(error: unknown, { stderr }: CliContext): number {
  if (error instanceof UserError || error instanceof StoreDamaged) {
    stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof Error && "code" in error && error.code === "ENOSPC") {
    stderr.write(
      `The disk is full (${error.message}); free some space and run the same command: it goes on from what was committed.\n`,
    );
    return 2;
  }
  stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  stderr.write(
    "This is a fault of the program; what was committed is safe, and the same command goes on from there.\n",
  );
  return 1;
}
