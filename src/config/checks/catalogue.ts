import type { ContrastPosition, StrengthUnit } from "../experiment.js";

/** The worker's description of a registered direction, or of a user's (`kind` is then the file's absolute path). */
export interface DirectionEntry {
  readonly kind: string;
  readonly needs_contrast: boolean;
  /** Position at which statements are read with standard parameters; null where none are. */
  readonly contrast: ContrastPosition | null;
  /** Whether the result depends on the draw. */
  readonly random: boolean;
  /** Names of the tensors that it produces. */
  readonly tensors: readonly string[];
}

/** The worker's description of an edit. */
export interface EditEntry {
  readonly kind: string;
  readonly axis: "log" | "linear" | "none";
  readonly units: readonly StrengthUnit[];
  /** Strength that changes nothing, or null. */
  readonly neutral: number | null;
  /** Names of the fitted tensors that it needs. */
  readonly tensors: readonly string[];
}

/** The worker's directions, edits and engines, as its answer to `describe` lists them. */
export interface Catalogue {
  readonly directions: readonly DirectionEntry[];
  readonly edits: readonly EditEntry[];
  readonly engines: readonly { readonly name: string }[];
}
