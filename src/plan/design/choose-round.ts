import type { CurveOutcomes } from "../../statistics/curve.js";
import { seededRandom } from "../../util/random.js";
import { type Belief, beliefOf } from "./belief.js";
import { type ReportedDraws, reportedDraws, type Sketch, sketchOf, stateOf } from "./condition-state.js";
import { type ConditionCounts, countsOf } from "./counts.js";
import {
  type ConditionState,
  type DesignCondition,
  type DesignSettings,
  passSamples,
  type RoundChoice,
  type RoundRequest,
} from "./design.js";
import { fillRound, type Wanting } from "./fill-round.js";
import { type Lattice, latticeOf, strengthOf } from "./lattice.js";
import { opening, type PlacedSamples } from "./opening.js";
import { collapseProspect, onsetProspect } from "./prospect.js";
import { takeTurns } from "./take-turns.js";

interface Considered {
  readonly condition: DesignCondition;
  readonly counts: ConditionCounts;
  readonly lattice: Lattice;
  readonly belief: Belief | null;
  readonly sketch: Sketch;
}

interface Judged extends Considered {
  readonly state: ConditionState;
}

/**
 * Chooses the next round of samples from everything scored so far: brackets for conditions that have none, then samples
 * where the width's entropy falls most, over all open conditions of a model and both curves at once. A pure function:
 * the same scores and settings give the same round.
 */
export function chooseRound(
  conditions: readonly DesignCondition[],
  settings: DesignSettings,
  reported: ReportedDraws = reportedDraws(settings),
): RoundChoice {
  const all = conditions.map((condition) => judge(consider(condition, settings), settings, reported));
  const open = all.filter(({ state }) => state.status === "open");
  const left = settings.samples_left ?? Number.POSITIVE_INFINITY;
  const requests = left > 0 ? requestsOf(open, settings, left) : [];
  if (requests.length > 0) return { requests, states: all.map(({ state }) => state), stop: null };
  // An open condition that requests nothing although samples are left cannot be improved further.
  const wanted = new Set(
    requestsOf(open, settings, Number.POSITIVE_INFINITY).map(({ condition }) => condition),
  );
  const states = all.map(({ state }) =>
    state.status === "open" && !wanted.has(state.condition)
      ? { ...state, status: "exhausted" as const }
      : state,
  );
  return { requests, states, stop: stopOf(states) };
}

/** Conditions whose reported posterior the choice will need. */
export function awaited(
  conditions: readonly DesignCondition[],
  settings: DesignSettings,
): readonly DesignCondition[] {
  return conditions.filter((condition) => consider(condition, settings).sketch.near);
}

function stopOf(states: readonly ConditionState[]): RoundChoice["stop"] {
  if (states.some(({ status }) => status === "open")) return "max_samples";
  return states.every(({ status }) => status === "reached") ? "precision" : "window_samples";
}

/** Keyed by what was scored, so that a condition to which no round added is not computed again. */
const known = new WeakMap<CurveOutcomes, { readonly key: string; readonly believed: Believed }>();
const considered = new WeakMap<Believed, { readonly key: string; readonly considered: Considered }>();
const judged = new WeakMap<Considered, Judged>();

type Believed = Omit<Considered, "sketch">;

function consider(condition: DesignCondition, settings: DesignSettings): Considered {
  const believed = believe(condition, settings);
  const spent = settings.samples_left !== null && settings.samples_left <= 0;
  const key = JSON.stringify({ ...settings, samples_left: spent });
  const before = considered.get(believed);
  if (before?.key === key) return before.considered;
  const { counts, belief } = believed;
  const one = { ...believed, sketch: sketchOf(condition, counts.samples, belief, settings, spent) };
  considered.set(believed, { key, considered: one });
  return one;
}

/** The belief about a condition, whatever may still be spent on it. */
function believe(condition: DesignCondition, { levels, precision, seed }: DesignSettings): Believed {
  const { outcomes, ...rest } = condition;
  const key = JSON.stringify([rest, levels, precision, seed]);
  const before = known.get(outcomes);
  if (before?.key === key) return before.believed;
  const counts = countsOf(outcomes, passSamples(condition) / Math.max(1, condition.tasks));
  const { range, samplable } = condition;
  const lattice = latticeOf(range, outcomes.axis, precision, !samplable.question || !samplable.task);
  const random = seededRandom(`${seed}/design/${condition.id}/${counts.samples}`);
  const belief = counts.samples === 0 ? null : beliefOf(counts, lattice, levels, random);
  const believed = { condition, counts, lattice, belief };
  known.set(outcomes, { key, believed });
  return believed;
}

function judge(considered: Considered, settings: DesignSettings, reported: ReportedDraws): Judged {
  const before = judged.get(considered);
  if (before !== undefined) return before;
  const one = { ...considered, state: stateOf(considered.sketch, settings, reported) };
  judged.set(considered, one);
  return one;
}

function requestsOf(open: readonly Judged[], settings: DesignSettings, left: number): RoundRequest[] {
  const requests: RoundRequest[] = [];
  const models = [...new Set(open.map(({ condition }) => condition.model))];
  let remaining = left;
  models.forEach((model, i) => {
    const limit = Math.min(settings.round_samples, Math.floor(remaining / (models.length - i)));
    const chosen = ofModel(
      open.filter(({ condition }) => condition.model === model),
      settings,
      limit,
      remaining,
    );
    for (const request of chosen.requests) requests.push(request);
    remaining -= chosen.samples;
  });
  return requests;
}

function ofModel(
  open: readonly Judged[],
  settings: DesignSettings,
  limit: number,
  left: number,
): { requests: RoundRequest[]; samples: number } {
  const rows = new Map<string, readonly PlacedSamples[]>();
  const wanting: Wanting[] = [];
  let taken = 0;
  for (const one of open) {
    const first = opening(one.condition, one.counts, one.lattice);
    if (first === null) {
      wanting.push(toWanting(one));
      continue;
    }
    const cost = first.reduce(
      (sum, { question, task }) => sum + question + task * passSamples(one.condition),
      0,
    );
    if (taken + cost > left) continue;
    rows.set(one.condition.id, first);
    taken += cost;
  }
  for (const [id, placed] of fillRound(wanting, Math.max(0, limit - taken), settings)) rows.set(id, placed);
  const requests = open.flatMap((one) => toRequests(one, rows.get(one.condition.id) ?? []));
  const passOf = new Map(open.map(({ condition }) => [condition.id, passSamples(condition)]));
  const samples = requests.reduce(
    (sum, { condition, question_samples, task_samples }) =>
      sum + question_samples + task_samples * (passOf.get(condition) ?? 0),
    0,
  );
  return { requests, samples };
}

function toWanting({ condition, counts, lattice, belief, state }: Judged): Wanting {
  if (belief === null) throw new Error(`condition ${condition.id} is bracketed and has no samples`);
  const { role, tasks, samplable } = condition;
  const answers = { counts: counts.intact, samplable: samplable.question };
  const passes = { counts: counts.capability, samplable: samplable.task };
  const ends = [
    ...(role === "control" ? [] : [onsetProspect(belief, lattice, answers)]),
    ...(tasks === 0 ? [] : [collapseProspect(belief, lattice, passes)]),
  ];
  return { condition, state, ends };
}

function toRequests(
  { condition, counts, lattice }: Considered,
  rows: readonly PlacedSamples[],
): RoundRequest[] {
  return takeTurns(rows, condition, counts).map(({ x, draw, question, task }) => ({
    condition: condition.id,
    draw,
    strength: strengthOf(lattice, x, condition.range),
    question_samples: question,
    task_samples: task,
  }));
}
