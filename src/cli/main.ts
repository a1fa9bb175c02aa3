import yargs from "yargs";
import { UserError } from "../util/user-error.js";
import { failureJson, failureOf } from "./boundary/failure.js";
import { outliveReaders } from "./boundary/streams.js";
import { checkCommand } from "./check.js";
import { type CliContext, printJson, printLine } from "./context.js";
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

/**
 * The command line. Exit codes: 0 done, 1 internal, 2 bad input or environment, 3 finished with quarantined samples,
 * 4 store damaged, 130 / 143 interrupted and resumable.
 *
 * @param root folder of the checkout, which holds the shipped configs, models, the worker and its environment.
 */
export async function main(args: readonly string[], root: string): Promise<void> {
  const { stdout, stderr, env } = process;
  const fail = (error: unknown, json: boolean) => {
    const failure = failureOf(error);
    printLine({ stderr }, failure.message);
    if (json) printJson({ stdout }, failureJson(failure));
    process.exitCode = failure.exitCode;
  };
  const json = args.includes("--json");
  // An error that nothing awaits would end the program with a stack trace from Node.
  process.on("uncaughtException", (error) => {
    fail(error, json);
    process.exit();
  });
  outliveReaders({ "standard output": stdout, "standard error": stderr }, (error) => fail(error, false));
  // A file at its size limit (ulimit -f) is an error of the write, and must not end this process.
  process.on("SIGXFSZ", () => {});
  try {
    const cwd = env.npm_lifecycle_event === undefined ? process.cwd() : (env.INIT_CWD ?? process.cwd());
    const code = await run(args, { root, cwd, env, stdout, stderr });
    process.exitCode ??= code;
  } catch (error) {
    fail(error, json);
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
    .command(reportCommand(context, finish))
    .command(rescoreCommand(context, finish))
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
      'Text for people goes to stderr, results of --json to stdout; an error too, as {"error": {"message", "exit_code", "problems"}}. Ctrl-C once finishes the blocks under way; the same command goes on.',
    )
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UserError(`${message} See steering-window --help.`);
    })
    .parseAsync();
  return exitCode;
}
