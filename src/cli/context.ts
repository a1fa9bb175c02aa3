import { isAbsolute, join } from "node:path";
import { inTerminal } from "../text/foreign-text.js";

/** The environment of every verb. */
export interface CliContext {
  readonly root: string;
  /** The user's own working directory, also under `npm run`. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export const resolvePath = (context: CliContext, path: string): string =>
  isAbsolute(path) ? path : join(context.cwd, path);

/** The experiment that runs when none is named: the shipped ladder. */
export const defaultConfig = (context: CliContext): string =>
  join(context.root, "configs", "experiments", "nano.yaml");

export function printJson({ stdout }: Pick<CliContext, "stdout">, value: unknown): void {
  stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function printLine({ stderr }: Pick<CliContext, "stderr">, text: string): void {
  stderr.write(`${inTerminal(text)}\n`);
}

/** Prints text that is the result of a verb. */
export function printResult({ stdout }: Pick<CliContext, "stdout">, text: string): void {
  stdout.write(`${inTerminal(text)}\n`);
}
