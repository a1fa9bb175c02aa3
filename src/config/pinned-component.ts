import type { Component } from "./experiment.js";

/** A direction or an edit as it is sent to the worker. */
export interface PinnedComponent {
  readonly kind: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Hash of the user's file that `kind` or a parameter names, as it was when the config was read; null for none. */
  readonly sha256: string | null;
}

/** The component with the hash that keeps the worker from using a file that was edited since. */
export function pinned({ kind, params, file }: Component): PinnedComponent {
  return { kind, params, sha256: file?.sha256 ?? null };
}
