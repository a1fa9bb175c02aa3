import { type Difference, differences } from "../../config/diff-experiments.js";
import type { Experiment } from "../../config/experiment.js";

/** What decides no sample: names, the analysis, and how many samples there are or how they are shared out. */
const BESIDE = new Set(["name", "description", "analysis", "design", "baseline", "measurements", "scorers"]);

/** In which settings two experiments differ, as far as samples of theirs are others by it; in words. */
export function configDifferences(there: Experiment, here: Experiment): readonly string[] {
  return Object.keys(here)
    .filter((key) => !BESIDE.has(key))
    .flatMap((key) => {
      const [before, now]: readonly unknown[] = [Reflect.get(there, key), Reflect.get(here, key)];
      return isNamedList(before) && isNamedList(now)
        ? listDifferences(key, before, now)
        : differences(key, before, now).map(differenceText);
    })
    .filter((text) => !/^execution\.(workers|block)\b/.test(text));
}

type Named = Readonly<{ id: string } | { name: string }>;

const isNamedList = (value: unknown): value is readonly Named[] =>
  Array.isArray(value) &&
  value.every((entry: unknown) => typeof entry === "object" && entry !== null && nameOf(entry) !== undefined);

function nameOf(entry: object): string | undefined {
  const name: unknown = Reflect.get(entry, "id") ?? Reflect.get(entry, "name");
  return typeof name === "string" ? name : undefined;
}

function listDifferences(key: string, before: readonly Named[], now: readonly Named[]): string[] {
  const known = new Map(before.map((entry) => [nameOf(entry), entry]));
  return now.flatMap((entry) => {
    const name = nameOf(entry);
    const twin = known.get(name);
    if (twin === undefined) return [`${key} has ${name}`];
    return differences(`${key}.${name}`, twin, entry).map(differenceText);
  });
}

const differenceText = ({ key, before, after }: Difference): string =>
  `${key}: ${before ?? "absent"} there, ${after ?? "absent"} here`;
