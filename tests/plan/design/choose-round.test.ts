import { describe, expect, it } from "vitest";
import { chooseRound } from "../../../src/plan/design/choose-round.js";
import type { RoundRequest } from "../../../src/plan/design/design.js";
import {
  conditionOf,
  NEVER_STEERED,
  OPEN_WINDOW,
  SETTINGS,
  searched,
  simulated,
  TASKS,
} from "./searching.js";

const costOf = ({ question_samples, task_samples }: RoundRequest) => question_samples + TASKS * task_samples;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe("the opening of a condition", () => {
  it("takes a few samples about the forecast ends", () => {
    const { requests, states, stop } = chooseRound(
      [conditionOf(simulated(OPEN_WINDOW), { forecast: { onset: 0.5, collapse: 1.2 } })],
      SETTINGS,
    );
    const asked = (kind: "question_samples" | "task_samples") =>
      requests.filter((request) => request[kind] > 0).map(({ strength }) => strength);
    expect(Math.min(...asked("question_samples"))).toBeLessThan(0.5);
    expect(Math.max(...asked("question_samples"))).toBeGreaterThan(0.5);
    expect(Math.min(...asked("task_samples"))).toBeLessThan(1.2);
    expect(Math.max(...asked("task_samples"))).toBeGreaterThan(1.2);
    expect(requests.every(({ strength }) => strength > 0.25 && strength < 2.4)).toBe(true);
    expect(sum(requests.map(costOf))).toBeLessThan(100);
    expect(states).toEqual([
      { condition: "a", samples: 0, status: "open", length: null, samples_to_reach: null },
    ]);
    expect(stop).toBeNull();
  });

  it("doubles from the lowest strength up to certain collapse where nothing is forecast", () => {
    const source = simulated(OPEN_WINDOW);
    const opened: number[] = [];
    for (let round = 0; round < 2; round += 1) {
      const { requests } = chooseRound([conditionOf(source)], SETTINGS);
      for (const { strength, question_samples, task_samples } of requests) {
        opened.push(Math.log2(strength));
        source.sample(strength, question_samples, task_samples);
      }
    }
    expect(opened.map((x) => Math.round(x * 1e4) / 1e4)).toEqual([-5, -4, -3, -2, -1, 0, 1, 2]);
    const { requests } = chooseRound([conditionOf(source)], SETTINGS);
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.every(({ strength }) => strength < 4)).toBe(true);
  });
});

describe("rounds", () => {
  const source = simulated(OPEN_WINDOW, "reached");
  const choices = searched(source);

  it("are a pure function of scores and settings", () => {
    expect(searched(simulated(OPEN_WINDOW, "reached"))).toEqual(choices);
  });

  it("stop where the interval is as narrow as asked, far below what the condition may take", () => {
    const last = choices.at(-1);
    expect(last?.stop).toBe("precision");
    expect(last?.requests).toEqual([]);
    const state = last?.states[0];
    expect(state).toMatchObject({
      status: "reached",
      samples: source.samples,
      samples_to_reach: source.samples,
    });
    expect(state?.length).toBeLessThanOrEqual(0.4);
    expect(source.samples).toBeLessThan(800);
  });

  it("pay for tasks of other capabilities, and take a pass over them for no more than it tells", () => {
    const COMPANIONS = 8 * TASKS;
    const samplesAt = (companions: number) => {
      const { requests, states } = chooseRound([conditionOf(source, { companions })], {
        ...SETTINGS,
        precision: 0.2,
      });
      return { passes: sum(requests.map(({ task_samples }) => task_samples)), samples: states[0]?.samples };
    };
    const alone = samplesAt(0);
    const accompanied = samplesAt(COMPANIONS);
    const passes = (accompanied.samples ?? 0) - (alone.samples ?? 0);
    const taken = source.outcomes().capability.points.map((tasks) => tasks[0]?.values.length ?? 0);
    expect(passes).toBe(COMPANIONS * sum(taken));
    expect(alone.passes).toBeGreaterThan(0);
    expect(accompanied.passes).toBeLessThan(alone.passes);
  });

  it("keep strengths positive, inside the range and short", () => {
    const strengths = choices.flatMap(({ requests }) => requests.map(({ strength }) => strength));
    expect(strengths.every((strength) => strength >= 2 ** -5 && strength <= 32)).toBe(true);
    expect(strengths.every((strength) => Number(strength.toPrecision(6)) === strength)).toBe(true);
  });

  it("go most to where the curves change", () => {
    const spent = (inside: (x: number) => boolean) =>
      sum(
        choices.flatMap(({ requests }) =>
          requests.filter(({ strength }) => inside(Math.log2(strength))).map(costOf),
        ),
      );
    expect(spent((x) => Math.abs(x) < 2)).toBeGreaterThan(0.6 * source.samples);
  });

  it("reach a name instead of a width where it is never steered", () => {
    const last = searched(simulated(NEVER_STEERED)).at(-1);
    expect(last).toMatchObject({ stop: "precision", states: [{ status: "reached", length: null }] });
  });
});

describe("limits", () => {
  it("exhaust a condition at its own samples, and tell what it would take", () => {
    const source = simulated(OPEN_WINDOW, "exhausted");
    const last = searched(source, {}, { ...SETTINGS, precision: 0.05, window_samples: 300 }).at(-1);
    expect(last?.stop).toBe("window_samples");
    expect(last?.states[0]?.status).toBe("exhausted");
    expect(source.samples).toBeLessThanOrEqual(300);
    expect(last?.states[0]?.samples_to_reach).toBeGreaterThan(3 * source.samples);
  });

  it("end the run at the samples that are left", () => {
    const source = simulated(OPEN_WINDOW, "left");
    const last = searched(source, {}, { ...SETTINGS, samples_left: 150 }).at(-1);
    expect(last).toMatchObject({ stop: "max_samples", requests: [], states: [{ status: "open" }] });
    expect(source.samples).toBeLessThanOrEqual(150);
  });

  it("share a model's round among its conditions", () => {
    const ids = ["a", "b", "c"];
    const conditions = ids.map((id) => {
      const source = simulated(OPEN_WINDOW, id);
      for (let x = -3; x <= 3; x += 1) source.sample(2 ** x, 4, 1);
      return conditionOf(source, { id });
    });
    const { requests } = chooseRound(conditions, { ...SETTINGS, round_samples: 150 });
    expect(new Set(requests.map(({ condition }) => condition))).toEqual(new Set(ids));
    expect(sum(requests.map(costOf))).toBeLessThanOrEqual(150);
    expect(sum(requests.map(costOf))).toBeGreaterThan(100);
  });
});

describe("kinds of conditions", () => {
  it("take one sample a cell and only new strengths where decoding is greedy", () => {
    const greedy = { samplable: { question: false, task: false } };
    const choices = searched(simulated(OPEN_WINDOW, "greedy"), greedy, { ...SETTINGS, window_samples: 400 });
    const requests = choices.flatMap((choice) => choice.requests);
    for (const kind of ["question_samples", "task_samples"] as const) {
      const asked = requests.filter((request) => request[kind] > 0);
      expect(asked.every((request) => request[kind] === 1)).toBe(true);
      expect(new Set(asked.map(({ strength }) => strength)).size).toBe(asked.length);
    }
  });

  it("find only the collapse of a control, with a few answers beside, its draws in turn", () => {
    const source = simulated(NEVER_STEERED, "control");
    const choices = searched(source, { role: "control", draws: 5 });
    const last = choices.at(-1);
    expect(last).toMatchObject({ stop: "precision", states: [{ status: "reached" }] });
    expect(last?.states[0]?.length).toBeLessThanOrEqual(0.4);
    const requests = choices.flatMap((choice) => choice.requests);
    expect(sum(requests.map(({ question_samples }) => question_samples))).toBeLessThan(source.samples / 2);
    const passes = [0, 1, 2, 3, 4].map((draw) =>
      sum(requests.filter((request) => request.draw === draw).map(({ task_samples }) => task_samples)),
    );
    expect(Math.max(...passes) - Math.min(...passes)).toBeLessThanOrEqual(1);
  });
});
