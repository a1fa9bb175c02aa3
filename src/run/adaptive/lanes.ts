import type { PlannedModel } from "../../plan/plan.js";
import { largestFirst } from "../blocks/run-blocks.js";

/** Models that go through the steps of the search together; lanes are independent of each other. */
export interface Lane {
  readonly number: number;
  readonly models: readonly PlannedModel[];
}

/** What a lane started in its turn; it continues while other lanes have theirs. */
export interface Turn {
  readonly work: Promise<unknown>;
}

const LANES = 2;

/** Two lanes of about the same work; one where the models share what is left of the run's samples. */
export function lanesOf(models: readonly PlannedModel[], maxSamples: number | null): readonly Lane[] {
  const second = new Set(
    largestFirst(models).filter((_, i) => maxSamples === null && (i % 4 === 1 || i % 4 === 2)),
  );
  return Array.from({ length: LANES }, (_, number) => ({
    number,
    models: models.filter((model) => second.has(model) === (number === 1)),
  })).filter((lane) => lane.models.length > 0);
}

/** The step of a round: the lanes have separate numbers. */
export const laneStep = ({ number }: Lane, step: number): number => step * LANES + number;

/**
 * Lanes take turns, always in the same order, until none has any left. What a lane started is complete when it has its
 * turn again: while its results are read and the next step is chosen, the rows of the other continue.
 *
 * @param abandon called with a lane's failure, before the other lanes are awaited.
 */
export async function takeTurns(
  lanes: readonly AsyncGenerator<Turn, void>[],
  abandon: (cause: unknown) => void,
): Promise<void> {
  const underWay = new Map<AsyncGenerator<Turn, void>, Promise<unknown>>();
  let open = lanes;
  try {
    while (open.length > 0) {
      for (const lane of open) {
        await underWay.get(lane);
        const turn = await lane.next();
        if (turn.done === true) {
          underWay.delete(lane);
          open = open.filter((other) => other !== lane);
        } else {
          underWay.set(lane, turn.value.work);
          // Thrown when this lane has its turn again.
          turn.value.work.catch(() => {});
        }
      }
    }
  } catch (cause) {
    abandon(cause);
    throw cause;
  } finally {
    await Promise.allSettled(underWay.values());
  }
}
