import type { WindowLevels } from "../statistics/fit/fitted-window.js";
import type { Random } from "../util/random.js";
import {
  type Curves,
  logUniform,
  middleOf,
  normal,
  type Overdispersion,
  share,
  type Truth,
  truthOf,
  uniform,
} from "./truth.js";

export const TRUTH_NAMES = [
  "model",
  "overdispersed",
  "gibberish",
  "empty",
  "never-steered",
  "never-collapsed",
  "wavering",
] as const;
export type TruthName = (typeof TRUTH_NAMES)[number];

/** One fully specified window: ends as strengths, and one width of both curves from .05 to .95, in octaves. */
export interface StatedTruth {
  readonly onset: number;
  readonly collapse: number;
  readonly width: number;
}

/** Ordinary curves, drawn at random; every named truth changes some of them. */
interface Drawn {
  rise: { middle: number; width: number; ceiling: number };
  intact: { middle: number; width: number; floor: number };
  capability: { middle: number; width: number; height: number };
}

const SPREAD_OF_TASKS = 0.3;

/** A truth of this name, its numbers drawn at random: middles over several octaves, widths .3 to 3, lapses 0 to .05. */
export function drawTruth(name: TruthName, tasks: number, levels: WindowLevels, random: Random): Truth {
  const drawn = ordinary(random);
  const { rise, intact, capability } = drawn;
  if (name === "gibberish") {
    intact.middle = rise.middle + uniform(random, 0, 1.5);
    intact.width = logUniform(random, 0.3, 1);
    intact.floor = uniform(random, 0, 0.15);
    capability.middle = intact.middle + uniform(random, -0.5, 0.2);
  } else if (name === "empty") {
    capability.middle = rise.middle - uniform(random, 0.3, 1.5);
    intact.middle = rise.middle + uniform(random, 1, 2);
    intact.width = logUniform(random, 0.3, 1);
  } else if (name === "never-steered") {
    rise.ceiling = uniform(random, 0, 1);
  } else if (name === "never-collapsed") {
    rise.middle = uniform(random, -3, 1);
    capability.middle = uniform(random, 2, 9);
    intact.middle = capability.middle + uniform(random, 0.5, 2);
  }
  const curves = curvesOf(
    drawn,
    Array.from({ length: tasks }, () => 0),
  );
  if (name === "wavering") return truthOf({ ...curves, overdispersion: fromPrior(random) }, levels);
  if (name !== "overdispersed") return truthOf(curves, levels);
  const shifts = Array.from({ length: tasks }, () => SPREAD_OF_TASKS * normal(random));
  return truthOf(curvesOf(drawn, shifts), levels);
}

/** The truth that a user states, without lapses. */
export function statedTruth(
  { onset, collapse, width }: StatedTruth,
  tasks: number,
  levels: WindowLevels,
): Truth {
  const fall = middleOf(Math.log2(collapse), width, 1 - levels.capability);
  const curves = curvesOf(
    {
      rise: { middle: middleOf(Math.log2(onset), width, levels.target), width, ceiling: 1 },
      intact: { middle: Math.max(fall, Math.log2(onset) + 1) + 1, width: Math.min(width, 1), floor: 0 },
      capability: { middle: fall, width, height: 1 },
    },
    Array.from({ length: tasks }, () => 0),
  );
  return truthOf(curves, levels);
}

function ordinary(random: Random): Drawn {
  const rise = {
    middle: uniform(random, -3, 3),
    width: logUniform(random, 0.3, 3),
    ceiling: 1 - uniform(random, 0, 0.05),
  };
  const capability = {
    middle: rise.middle + uniform(random, -0.5, 2),
    width: logUniform(random, 0.3, 3),
    height: 1 - uniform(random, 0, 0.05),
  };
  const intact = {
    middle: Math.max(capability.middle, rise.middle) + uniform(random, 0.5, 1.5),
    width: logUniform(random, 0.3, 3),
    floor: 0,
  };
  return { rise, intact, capability };
}

/** Rates that waver from strength to strength as in the posterior's prior: Beta(1, 10), separately for each curve. */
function fromPrior(random: Random): Overdispersion {
  const eta = () => 1 - (1 - random()) ** 0.1;
  return { rise: eta(), intact: eta(), tasks: eta() };
}

function curvesOf({ rise, intact, capability }: Drawn, shifts: readonly number[]): Curves {
  return {
    overdispersion: { rise: 0, intact: 0, tasks: 0 },
    rise: (x) => rise.ceiling * share(x, rise.middle, rise.width),
    intact: (x) => 1 - (1 - intact.floor) * share(x, intact.middle, intact.width),
    tasks: (x) =>
      shifts.map((by) => capability.height * (1 - share(x, capability.middle + by, capability.width))),
  };
}
