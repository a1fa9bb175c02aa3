/** A mistake in what the user gave or in the environment: printed as one sentence, without a stack, exit code 2. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly exitCode = 2;
}
