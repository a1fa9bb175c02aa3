import { z } from "zod";
import type { Verdict } from "../scorer.js";

/** Seconds that a scorer may take for one sample at most, unless it declares others. */
const SECONDS = 60;
const MOST_SECONDS = 3_600;
/** Characters of a label and of a reason. */
const MOST_LABEL = 200;
const MOST_REASON = 1_000;

const declarationSchema = z
  .strictObject({
    version: z
      .int()
      .min(1)
      .max(2 ** 31 - 1),
    asks: z.enum(["question", "task"]),
    outcome: z.strictObject({
      kind: z.enum(["rate", "mean", "class"]),
      curve: z.enum(["target", "capability", "own"]),
      smaller_is_better: z.boolean(),
    }),
    seconds: z.number().positive().max(MOST_SECONDS).default(SECONDS),
  })
  .refine(({ asks, outcome }) => outcome.curve !== "target" || asks === "question", {
    path: ["outcome", "curve"],
    error: "target is a curve of answers to questions",
  })
  .refine(({ asks, outcome }) => outcome.curve !== "capability" || asks === "task", {
    path: ["outcome", "curve"],
    error: "capability is a curve of responses to tasks",
  });

/** What a user's scorer says of itself when it is asked to describe itself. */
export type UserDeclaration = z.infer<typeof declarationSchema>;

const answerSchema = z.object({
  id: z.string(),
  value: z.number().min(0).max(1).nullable(),
  label: z.string().max(MOST_LABEL).nullish(),
  reason: z.string().max(MOST_REASON).nullish(),
});

/** Something that no scorer may answer; the message is a clause about it. */
export class Nonsense extends Error {
  constructor(
    message: string,
    /** The answer is to another question, or none at all: what comes next cannot be told either. */
    readonly lost: boolean,
  ) {
    super(message);
  }
}

/** @throws Nonsense */
export function readDeclaration(line: string): UserDeclaration {
  const parsed = declarationSchema.safeParse(json(line));
  if (parsed.success) return parsed.data;
  throw new Nonsense(`it described itself as ${shown(line)}: ${issueOf(parsed.error)}`, false);
}

/**
 * The verdict in an answer about the sample `id`.
 *
 * @throws Nonsense
 */
export function readVerdict(line: string, id: string): Verdict {
  const answer = json(line);
  const about = z.object({ id: z.string() }).safeParse(answer);
  if (!about.success || about.data.id !== id)
    throw new Nonsense(`it answered ${shown(line)} where an answer to the sample ${id} was due`, true);
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw new Nonsense(`it answered ${shown(line)}: ${issueOf(parsed.error)}`, false);
  const { value, label = null, reason = null } = parsed.data;
  if (value === null && (reason ?? "") === "")
    throw new Nonsense("it gave neither a value nor a reason", false);
  return { value, label, reason };
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Nonsense(`it answered ${shown(line)}, which is no JSON`, true);
  }
}

function issueOf(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined
    ? error.message
    : [issue.path.join("."), issue.message].filter(Boolean).join(": ");
}

const shown = (line: string): string => JSON.stringify(line.length > 80 ? `${line.slice(0, 77)}...` : line);
