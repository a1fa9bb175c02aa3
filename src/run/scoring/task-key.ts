import type { Capability, PythonTask } from "../../config/experiment.js";

/** Tells tasks apart: two capabilities may have one of the same id. */
export const taskKey = (capability: string | null, id: string): string => `${capability ?? ""}/${id}`;

export const tasksByKey = (capabilities: readonly Capability[]): ReadonlyMap<string, PythonTask> =>
  new Map(capabilities.flatMap(({ id, tasks }) => tasks.map((task) => [taskKey(id, task.id), task])));
