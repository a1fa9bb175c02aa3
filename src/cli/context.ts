import { isAbsolute, join } from "node:path";
import { UserError } from "../config/user-error.js";

/** What every verb gets of its surroundings. */
export interface CliContext {
  readonly root: string;
  /** The user's own working directory, also under `npm run`. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** @throws UserError where no path is given: it would mean the current folder. */
export function resolvePath(context: CliContext, path: string): string {
  if (path === "")
    throw new UserError('A path is empty (""), where a file or folder is meant; name it, or . for this one.');
  return isAbsolute(path) ? path : join(context.cwd, path);
}

/** The experiment that is run when none is named: the ladder this repository ships. */
export const defaultConfig = (context: CliContext): string =>
  join(context.root, "configs", "experiments", "nano.yaml");

export function printJson({ stdout }: Pick<CliContext, "stdout">, value: unknown): void {
  stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function printLine({ stderr }: Pick<CliContext, "stderr">, text: string): void {
  stderr.write(`${text}\n`);
}
