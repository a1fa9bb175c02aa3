import type { ScorerReference } from "../../config/experiment.js";
import type { DeclaredScorer, Verdict } from "../scorer.js";
import { unscored } from "../verdict.js";
import { Nonsense, readDeclaration, readVerdict, type UserDeclaration } from "./answers.js";
import { type ScorerCommand, ScorerProcess } from "./scorer-process.js";
import { type AskedResponse, scoreMessage, spoiledAt } from "./user-scorer.js";

/** Failures in a row, each in a process begun anew, after which a scorer is given up. */
const MOST_FAILURES = 3;

/** A user's own scorer, in a process that is begun anew where it fails. */
export interface UserScorer extends DeclaredScorer {
  /** One verdict a response, in order; a failure of the scorer is a null with a reason. */
  score(asked: readonly AskedResponse[]): Promise<readonly Verdict[]>;
  close(): Promise<void>;
}

/**
 * Starts a scorer, asks what it is and tries it on one response.
 *
 * @param trial a response of the kind that it asks for; null where the experiment has none.
 * @throws Error a clause about the scorer, where it cannot be used.
 */
export async function openUserScorer(
  { name }: ScorerReference,
  command: ScorerCommand,
  trial: (asks: UserDeclaration["asks"]) => AskedResponse | null,
): Promise<UserScorer> {
  const conversation = new Conversation(command);
  try {
    const declaration = readDeclaration(await conversation.describe());
    const { version, asks, outcome, seconds } = declaration;
    const asked = trial(asks);
    if (asked !== null) await conversation.verdict(asked, seconds);
    return {
      ...{ name, version, asks, outcome },
      score: (responses) => conversation.score(responses, declaration),
      close: () => conversation.close(),
    };
  } catch (cause) {
    await conversation.close();
    throw cause;
  }
}

/** What is said with the process; one sample after the other, whoever asks. */
class Conversation {
  readonly #command: ScorerCommand;
  #process: ScorerProcess | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #failures = 0;
  #givenUp: string | null = null;

  constructor(command: ScorerCommand) {
    this.#command = command;
  }

  describe(): Promise<string> {
    return this.#running().ask({ kind: "describe" }, DESCRIBE_SECONDS);
  }

  async verdict(asked: AskedResponse, seconds: number): Promise<Verdict> {
    return readVerdict(await this.#running().ask(scoreMessage(asked), seconds), asked.sample_id);
  }

  score(responses: readonly AskedResponse[], declaration: UserDeclaration): Promise<readonly Verdict[]> {
    const scored = this.#last.then(async () => {
      const verdicts: Verdict[] = [];
      for (const asked of responses) verdicts.push(await this.#verdictOrReason(asked, declaration));
      return verdicts;
    });
    this.#last = scored.catch(() => {});
    return scored;
  }

  async close(): Promise<void> {
    this.#givenUp ??= "it was closed";
    await this.#process?.kill();
    this.#process = null;
  }

  async #verdictOrReason(asked: AskedResponse, { outcome, seconds }: UserDeclaration): Promise<Verdict> {
    if (asked.stop === "error") return spoiledAt(outcome.smaller_is_better);
    if (this.#givenUp !== null) return unscored(this.#givenUp);
    try {
      const verdict = await this.verdict(asked, seconds);
      this.#failures = 0;
      return verdict;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      // A wrong value is the answer to this sample: the next may be right.
      if (cause instanceof Nonsense && !cause.lost) return unscored(cause);
      await this.#process?.kill();
      this.#process = null;
      this.#failures += 1;
      if (this.#failures >= MOST_FAILURES)
        this.#givenUp ??= `it was given up after ${MOST_FAILURES} failures in a row; the last time ${reason}`;
      return unscored(cause);
    }
  }

  #running(): ScorerProcess {
    this.#process ??= new ScorerProcess(this.#command);
    return this.#process;
  }
}

/** Seconds in which a scorer must have begun and said what it is: models may be loaded meanwhile. */
const DESCRIBE_SECONDS = 300;
