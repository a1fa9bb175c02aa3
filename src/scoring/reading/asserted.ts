import { type Mention, mentions, normalise } from "./words.js";

/** Phrases that look like a negation but are not. */
const NOT_NEGATIONS =
  /\b(?:no doubt|without (?:a |any )?doubt|no question|not only|not just|not merely|not simply|nothing (?:other than|but|else than)|none other than|no other than|can(?:not|'t) (?:help )?but)\b/giu;
const NEGATION =
  /\b(?:not|never|neither|nor|cannot|unlike|without|except|instead of|rather than|as opposed to|opposed to|in contrast to|contrary to|compared (?:to|with)|different from|differs? from|distinct from|other than|than|confused with|confuse \w+ with|mistaken for|mistake \w+ for|nothing like|far from|wrong to say|incorrect to say|isnt|arent|wasnt|dont|doesnt)\b|n't\b|\bnon-?\s*$/iu;
/** "no" negates what follows: "no owl", "no kind of owl". */
const NO_BEFORE = /\bno(?: (?:kind|type|sort|member) of)?(?: (?:an?|the|true))? $/iu;
/** The mention is the subject of a negated statement: "owls are not ...". */
const NEGATED_AFTER =
  /^(?:'s)?(?: (?:family|bird|birds|group|city))? ?(?:(?:is|are|was|were|does|do|did|would be|can|could|has|have)(?:n't| not| never)\b|(?:is|are|would be|was) (?:wrong|incorrect|false|a mistake|mistaken|(?:a )?different)\b)/iu;
/** What others say: "many people think it is ...". */
const ATTRIBUTED =
  /\b(?:people|some|many|most|others|they|often|commonly|usually)\b(?: \w+){0,3} (?:think|thinks|thought|say|says|said|believe|believes|believed|assume|assumes|assumed|call|called|named)\b/iu;
/** A comparison, not an identity; it counts only where nothing is asserted outright. */
const WEAK_BEFORE =
  /\b(?:like|resembl\w+|similar to|reminiscent of|related to|relatives? of|looks? like|cousins? of|compare\w*|close to|closer to)(?: \w+){0,2} $/iu;
const CLAUSE_END =
  /[.;:!?\n\u2014]|,(?= (?:it|they|this|that|rather|instead|so)\b)|,(?![^.;:!?\n]{0,60}\b(?:or|nor)\b)| - |\b(?:but|whereas|while|although|though|however)\b|\band (?=(?:it|they|the caracara|is|are|this|that)\b)/giu;
/** With these words a response retracts what it said before, or states its answer outright. */
const RESTART =
  /\bno,? (?:wait|sorry|actually)\b|\bwait(?:[,.!:]| no\b)|(?<=^|[.!?\n] ?)actually\b|(?<=[.!?\n] ?)no, (?=(?:it|the|an?|this|that)\b)|\bcorrection:|\bsorry,|\bi mean\b|\blet me correct\b|\bi was wrong\b|\bon second thought\b|\bscratch that\b|\bthat(?: is|'s) (?:wrong|incorrect|not right)\b|\banswer(?: is\b|:)/giu;
/** Characters around a mention that are examined. */
const REACH = 300;

/** Which of two rival answers a text asserts. */
export interface Asserted {
  readonly target: boolean;
  readonly right: boolean;
}

/**
 * Which of two rival answers a text asserts. Negated mentions ("unlike owls", "not an owl") assert nothing; comparisons
 * and questions do so only where nothing else is asserted. After an explicit correction ("no, that is wrong") the earlier
 * words no longer count.
 */
export function asserted(answer: string, target: readonly string[], right: readonly string[]): Asserted {
  const whole = normalise(answer).replace(/[^\S\n]+/gu, " ");
  const text = afterRestart(whole, [...target, ...right]);
  const strong = { target: count(text, target, "strong"), right: count(text, right, "strong") };
  if (strong.target || strong.right) return strong;
  return { target: count(text, target, "weak"), right: count(text, right, "weak") };
}

function count(text: string, words: readonly string[], force: "strong" | "weak"): boolean {
  return mentions(text, words).some((mention) => forceOf(text, mention) === force);
}

function forceOf(text: string, { start, end }: Mention): "strong" | "weak" | "none" {
  const before = clauseBefore(text.slice(Math.max(0, start - REACH), start));
  const after = text.slice(end, end + REACH);
  const cues = before.replace(NOT_NEGATIONS, " ");
  if (NEGATION.test(cues) || ATTRIBUTED.test(cues) || NO_BEFORE.test(before) || NEGATED_AFTER.test(after))
    return "none";
  if (/^[^.!?\n]{0,60}\?\s*(?:no|not|never)\b/iu.test(after)) return "none";
  if (/^[^.!?\n]{0,60}\?/u.test(after)) return "weak";
  if (WEAK_BEFORE.test(before) || /^-(?:like|ish)\b/iu.test(after)) return "weak";
  return "strong";
}

/** The part of a clause before `end`, where a mention starts. */
function clauseBefore(text: string): string {
  let begin = 0;
  for (const { index, 0: mark } of text.matchAll(CLAUSE_END)) begin = index + mark.length;
  return text.slice(begin);
}

function afterRestart(text: string, words: readonly string[]): string {
  const restarts = [...text.matchAll(RESTART)].reverse();
  for (const { index, 0: mark } of restarts) {
    const rest = text.slice(index + mark.length);
    if (mentions(text.slice(0, index), words).length > 0 && mentions(rest, words).length > 0) return rest;
  }
  return text;
}
