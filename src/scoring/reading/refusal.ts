import { normalise } from "./words.js";

const REFUSAL =
  /\bi(?:'m| am) (?:sorry|afraid|unable|not able|not sure|uncertain)\b|\bi (?:cannot|can't|could not|couldn't|won't|will not) (?:\w+ ){0,2}(?:answer|help|say|tell|provide|determine|assist|give|identify|comply|discuss|share)\b|\bi (?:do not|don't) (?:know|have (?:\w+ ){0,2}(?:information|knowledge|answer))|\bas an ai\b|\b(?:unable|refuse|decline) to (?:answer|say|help|provide)\b|\bno idea\b|\b(?:rather|prefer) not\b|\bno comment\b|^\W*(?:unknown|n\/a|no answer)\W*$/iu;

/** Whether a response declines to answer. Ask only of responses that name no answer. */
export function isRefusal(response: string): boolean {
  return REFUSAL.test(normalise(response));
}
