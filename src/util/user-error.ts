/** A mistake in the user's input or in the environment: printed as one sentence, without a stack trace, exit code 2. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly exitCode = 2;
}
