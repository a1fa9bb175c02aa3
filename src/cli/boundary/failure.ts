import { ConfigError, type Problem } from "../../config/problem.js";
import { StoreDamaged } from "../../store/store-damaged.js";
import { UserError } from "../../util/user-error.js";
import { systemSentence, tooLargeSentence } from "./system-error.js";

/** An error as the command line reports it. */
interface Failure {
  readonly message: string;
  readonly exitCode: number;
  /** Every problem of a config, with its location; empty for other errors. */
  readonly problems: readonly Problem[];
}

/**
 * The one place where errors become sentences and exit codes. An error caused by the user, the machine or the operating
 * system needs no stack trace; any other is a fault of the program and keeps its trace.
 */
export function failureOf(error: unknown): Failure {
  const failure = (message: string, exitCode: number, problems: readonly Problem[] = []): Failure => ({
    message,
    exitCode,
    problems,
  });
  if (error instanceof ConfigError) return failure(error.message, error.exitCode, error.problems);
  if (error instanceof UserError || error instanceof StoreDamaged)
    return failure(error.message, error.exitCode);
  const sentence = systemSentence(error) ?? tooLargeSentence(error);
  if (sentence !== null) return failure(sentence, 2);
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return failure(
    `${stack}\nThis is a fault of the program. What was committed is safe, and the same command continues from there.`,
    1,
  );
}

/** A run that was asked to stop has no result, but nothing is lost. */
export const stoppedEarly = (exitCode: number): Failure => ({
  message: "stopped before the end; the same command continues from what was committed",
  exitCode,
  problems: [],
});

/** What `--json` prints on stdout for a failure, instead of a result. */
export function failureJson({ message, exitCode, problems }: Failure): object {
  return { error: { message, exit_code: exitCode, ...(problems.length === 0 ? {} : { problems }) } };
}
