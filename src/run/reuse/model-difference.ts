import type { LoadedModelRecord } from "../../store/manifest.js";

/** Why samples of a model of the same name may be others than the model gives that is loaded now; null where they may not. */
export function modelDifference(
  there: LoadedModelRecord | undefined,
  here: LoadedModelRecord,
): string | null {
  if (there === undefined) return "that run never loaded it";
  if (there.files === undefined || here.files === undefined)
    return "which files lie beside its weights is not recorded";
  const parts = [
    ...changedKeys(there.hashes, here.hashes).map((part) => part.replace("_", " ")),
    ...changedKeys(there.files, here.files),
  ];
  if (parts.length > 0) return `its ${parts.join(", ")} changed`;
  const kind = ({ device }: LoadedModelRecord) => device.replace(/:\d+$/, "");
  const settings: readonly (readonly [name: string, there: string, here: string])[] = [
    ["engine", there.engine, here.engine],
    ["dtype", there.dtype, here.dtype],
    ["device", kind(there), kind(here)],
    ["attention", there.attention, here.attention],
  ];
  const changed = settings.find(([, before, now]) => before !== now);
  return changed === undefined ? null : `its ${changed[0]} is ${changed[2]}, and was ${changed[1]} there`;
}

function changedKeys(
  there: Readonly<Record<string, string>>,
  here: Readonly<Record<string, string>>,
): string[] {
  return [...new Set([...Object.keys(there), ...Object.keys(here)])].filter(
    (key) => there[key] !== here[key],
  );
}
