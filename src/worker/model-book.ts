import { UserError } from "../util/user-error.js";
import { type LoadedBy, otherEngine } from "./crew/other-engine.js";

/** What loading each model showed: the same files and engine every time, and how often it failed in a row. */
export class ModelBook {
  readonly #first = new Map<string, Pick<LoadedBy, "worker" | "engine" | "hashes">>();
  readonly #failures = new Map<string, number>();

  /** Throws UserError where the model's files or its engine are not those of the first load. */
  loaded(key: string, ref: string, loaded: LoadedBy): void {
    this.#failures.delete(key);
    const { worker, engine, hashes } = loaded;
    const first = this.#first.get(key);
    if (!first) {
      this.#first.set(key, { worker, engine, hashes });
      return;
    }
    const changed = (["weights", "config", "tokenizer", "chat_template"] as const).filter(
      (name) => first.hashes[name] !== hashes[name],
    );
    if (changed.length > 0) {
      throw new UserError(
        `The ${changed.join(", ")} of ${ref} changed while the run was going: put back the files that it began with.`,
      );
    }
    if (first.engine !== engine) {
      throw otherEngine(ref, loaded, `worker ${first.worker} ran it first, on ${first.engine}`);
    }
  }

  /** Count a failed load, and return how many there were in a row. */
  failed(key: string): number {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    return failures;
  }
}
