import { UserError } from "../config/user-error.js";
import type { Loaded } from "./requests.js";

/** What loading each model showed: the same files every time, and how often it failed in a row. */
export class ModelBook {
  readonly #hashes = new Map<string, Loaded["hashes"]>();
  readonly #failures = new Map<string, number>();
  readonly #maxAttempts: number;

  constructor(maxAttempts: number) {
    this.#maxAttempts = maxAttempts;
  }

  /** Throws UserError where the model's files are not those of the first load. */
  loaded(key: string, ref: string, { hashes }: Loaded): void {
    this.#failures.delete(key);
    const first = this.#hashes.get(key);
    if (!first) {
      this.#hashes.set(key, hashes);
      return;
    }
    const changed = (["weights", "config", "tokenizer", "chat_template"] as const).filter(
      (name) => first[name] !== hashes[name],
    );
    if (changed.length > 0) {
      throw new UserError(
        `The ${changed.join(", ")} of ${ref} changed while the run was going: put back the files that it began with.`,
      );
    }
  }

  /** Count a failed load; true once there were too many in a row. */
  failed(key: string): boolean {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    return failures >= this.#maxAttempts;
  }
}
